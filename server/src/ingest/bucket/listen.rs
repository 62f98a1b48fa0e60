//! Listening: queues tell of new objects, so that nobody has to list for them. Apart from the turns that read, so that neither waits
//! for the other.
//!
//! What a message tells is put into the ledger first, in a transaction that only the holder of the queue's lease can commit, and the
//! message is deleted then. Whatever happens in between, it comes again, and is known already.

use super::{now, tell, turn::Shared};
use crate::{
    db::{
        self,
        bucket::queue::{self, Heard},
    },
    ingest::{
        Error,
        failpoint::{self, Step},
        lease::{self, Lease},
    },
    source::bucket::{Kind, Queue, QueueAddress, Received, Trouble},
};
use futures::{StreamExt as _, stream::FuturesUnordered};
use sqlx::{Postgres, Transaction};
use std::{pin::pin, sync::Arc, time::Duration};
use tokio::{
    select,
    time::{Instant, sleep, timeout},
};

/// How long nobody looks for queues when nothing rings, and for whether somebody should still listen.
const PAUSE: Duration = Duration::from_secs(2);
/// One request waits so long for a message; SQS allows no more.
const PATIENCE: Duration = Duration::from_secs(20);
/// The same at the end, and the time between two answers without any message. Without waiting at all, SQS asks only some of the
/// servers that hold messages.
const GLANCE: Duration = Duration::from_secs(1);
/// After messages that are for others only: whoever receives one hides it for 30 seconds, as a rule.
const OTHERS: Duration = Duration::from_secs(15);
/// A queue that does not get empty is left after this long by whoever waits for that.
const ENOUGH: Duration = Duration::from_secs(600);
/// How long a queue rests that cannot be listened to.
const REST: Duration = Duration::from_secs(30);

const NOT_NOTED: &str = "what the queue told could not be stored; the server's log says more";

/// Listens to every queue of a bucket that is followed, unless another process does.
pub(super) async fn run(shared: Arc<Shared>) {
    let mut ears = FuturesUnordered::new();
    loop {
        match due(&shared).await {
            Ok(ids) => ears.extend(ids.into_iter().map(|id| listen(&shared, id))),
            Err(Error::Database(sqlx::Error::PoolClosed)) => return,
            Err(error) => tracing::warn!(%error, cause = ?error, "queues wait and are listened to soon"),
        }
        let mut rung = pin!(timeout(PAUSE, shared.listen.notified()));
        loop {
            select! {
                _ = &mut rung => break,
                Some(()) = ears.next() => {}
            }
        }
    }
}

async fn listen(shared: &Shared, id: i64) {
    match hear(shared, id, false).await {
        Ok(()) | Err(Error::LeaseLost | Error::Database(sqlx::Error::PoolClosed)) => {}
        Err(error) => tracing::warn!(bucket = id, %error, cause = ?error, "a queue is listened to again soon"),
    }
}

/// Takes all that is in the queues now.
///
/// # Errors
/// The database does not answer. What is wrong with a queue is said beside its bucket.
pub(crate) async fn drain(shared: &Shared) -> Result<(), Error> {
    for id in due(shared).await? {
        match hear(shared, id, true).await {
            Ok(()) | Err(Error::LeaseLost) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

async fn due(shared: &Shared) -> Result<Vec<i64>, Error> {
    let mut conn = shared.inner.pool.acquire().await?;
    db::lease::expire(&mut conn).await?;
    Ok(queue::due(&mut conn).await?)
}

/// Listens to one queue for as long as somebody should, or until nothing is in it; not at all if somebody else does.
async fn hear(shared: &Shared, id: i64, until_empty: bool) -> Result<(), Error> {
    let pool = &shared.inner.pool;
    let mut transaction = pool.begin().await?;
    let token = Lease::insert(&mut transaction, false).await?;
    let Some(url) = queue::take(&mut transaction, id, token).await? else { return Ok(()) };
    transaction.commit().await?;
    let lease = Lease::keep(pool, token);
    let ear = Ear { shared, id, token };
    let heard = match ear.open(&url).await {
        Ok(queue) => ear.listen(&queue, &lease, until_empty).await,
        Err(error) => Err(error),
    };
    let heard = match heard {
        Err(Error::Bucket(trouble)) => ear.say(&trouble).await,
        Err(error) if !error.is_passing() => {
            tracing::error!(bucket = id, %error, cause = ?error, "what a queue told could not be noted");
            ear.say(&Trouble::new(Kind::Other, NOT_NOTED)).await
        }
        heard => heard,
    };
    lease.release().await;
    heard
}

/// Who listens to a bucket's queue, under a lease.
struct Ear<'a> {
    shared: &'a Shared,
    id: i64,
    token: i64,
}

impl Ear<'_> {
    async fn open(&self, url: &str) -> Result<Queue, Error> {
        let mut conn = self.shared.inner.pool.acquire().await?;
        let known = db::bucket::list(&mut conn, Some(self.id)).await?.pop().ok_or(Error::LeaseLost)?;
        drop(conn);
        let address: QueueAddress = url.parse()?;
        Ok(Queue::open(&known.place, &address, &self.shared.access).await?)
    }

    async fn listen(&self, queue: &Queue, lease: &Lease, until_empty: bool) -> Result<(), Error> {
        let (wait, begun) = (if until_empty { GLANCE } else { PATIENCE }, Instant::now());
        loop {
            let asked = Instant::now();
            let received = select! {
                received = queue.receive(wait) => received?,
                () = self.is_over(lease) => return Ok(()),
            };
            if !received.is_empty() {
                failpoint::reach(Step::Heard);
            }
            self.note(&received).await?;
            if !received.messages.is_empty() {
                failpoint::reach(Step::Told);
                queue.delete(&received.messages).await?;
                failpoint::reach(Step::Deleted);
            }
            let is_done = received.is_empty() || received.is_for_others();
            if until_empty && (is_done || begun.elapsed() > ENOUGH) {
                return Ok(());
            }
            let pause = match () {
                () if received.is_for_others() => OTHERS,
                // A queue that does not wait is not asked again at once.
                () if received.is_empty() => GLANCE.saturating_sub(asked.elapsed()),
                () => continue,
            };
            select! {
                () = sleep(pause) => {}
                () = self.is_over(lease) => return Ok(()),
            }
        }
    }

    /// Either all of it is remembered, or nothing.
    async fn note(&self, received: &Received) -> Result<(), Error> {
        let mut transaction = self.begin().await?;
        let wanted = queue::wanted(&mut transaction, self.id, self.token).await?.ok_or(Error::LeaseLost)?;
        let heard = tell::note(&mut transaction, self.id, &wanted, &received.messages, now()).await?;
        let heard = Heard { others: received.new_others as i64, ..heard };
        queue::answered(&mut transaction, self.id, heard).await?;
        // Where objects were noted, nobody can change what is wanted from here on.
        queue::wanted(&mut transaction, self.id, self.token).await?.ok_or(Error::LeaseLost)?;
        transaction.commit().await?;
        if heard.new > 0 {
            self.shared.wake.notify_one();
        }
        Ok(())
    }

    /// Says why nobody can listen, so that the bucket is listed instead.
    async fn say(&self, trouble: &Trouble) -> Result<(), Error> {
        tracing::warn!(bucket = self.id, %trouble, "a queue cannot be listened to");
        let mut transaction = self.begin().await?;
        queue::trouble(&mut transaction, self.id, &trouble.words, REST.as_secs_f64()).await?;
        transaction.commit().await?;
        self.shared.wake.notify_one();
        Ok(())
    }

    async fn begin(&self) -> Result<Transaction<'static, Postgres>, Error> {
        let mut transaction = self.shared.inner.pool.begin().await?;
        lease::hold(&mut transaction, self.token).await?;
        Ok(transaction)
    }

    /// Ready when nobody should listen any more, or somebody else may.
    async fn is_over(&self, lease: &Lease) {
        let unwanted = async {
            loop {
                sleep(PAUSE).await;
                if let Ok(false) = self.is_wanted().await {
                    return;
                }
            }
        };
        select! {
            () = lease.lost() => {}
            () = unwanted => {}
        }
    }

    async fn is_wanted(&self) -> Result<bool, Error> {
        let mut conn = self.shared.inner.pool.acquire().await?;
        Ok(queue::wanted(&mut conn, self.id, self.token).await?.is_some())
    }
}
