//! Puts parts together until they are worth a transaction.

use super::batch::Batch;
use crate::tally::Part;
use std::{mem::take, ops::ControlFlow, time::Duration};
use tokio::sync::mpsc;

/// While nobody counts, a batch goes out when it is this large or this old, so that counting goes on beside reading and shows
/// on the page early. Each transaction costs something for every hour that it touches, so each batch is larger than the one
/// before.
const FIRST: usize = 4 << 20;
const SOON: Duration = Duration::from_millis(250);
/// At most.
const DOUBLINGS: u32 = 3;

pub(super) struct Collector {
    pub(super) batch: Batch,
    /// Holds one batch, beside the one that is being counted.
    pub(super) send: mpsc::Sender<Batch>,
    pub(super) sent: u32,
}

impl Collector {
    /// Blocks while batches come faster than they are counted; breaks when nobody counts them any more.
    pub(super) fn take(&mut self, part: Part) -> ControlFlow<()> {
        self.batch.push(part);
        if self.batch.is_full() {
            self.sent += 1;
            return match self.send.blocking_send(take(&mut self.batch)) {
                Ok(()) => ControlFlow::Continue(()),
                Err(_) => ControlFlow::Break(()),
            };
        }
        if self.is_worth_a_transaction()
            && let Ok(permit) = self.send.try_reserve()
        {
            permit.send(take(&mut self.batch));
            self.sent += 1;
        }
        ControlFlow::Continue(())
    }

    fn is_worth_a_transaction(&self) -> bool {
        let doublings = self.sent.min(DOUBLINGS);
        self.batch.bytes() >= FIRST << doublings || self.batch.age() >= SOON * (1 << doublings)
    }
}
