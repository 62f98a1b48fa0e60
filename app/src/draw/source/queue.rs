//! The queue that tells of a bucket's new log files.

use super::place::{every, until};
use crate::{
    api::{QueueForm, refill},
    draw::{page::refused, panel::panel},
    model::source::{Bucket, BucketQueue},
    part::show,
};
use chrono::{DateTime, Utc};
use leptos::prelude::*;

/// How it stands with the queue, for as long as the bucket is followed.
pub(super) fn told(bucket: &Bucket, now: DateTime<Utc>) -> Option<AnyView> {
    let queue = bucket.queue.as_ref().filter(|_| bucket.is_followed)?;
    let meanwhile = format!("Meanwhile the bucket is looked through {}.", every(bucket.follow_every));
    if !queue.trouble.is_empty() && !bucket.is_paused {
        return Some(
            view! {
                <div class="notice" data-kind="warn">
                    <p><b>"The queue cannot be listened to: "</b>{queue.trouble.clone()}"."</p>
                    <p>{meanwhile}</p>
                </div>
            }
            .into_any(),
        );
    }
    let words = match queue.since {
        _ if bucket.is_paused => "The queue is not listened to until it goes on.".to_owned(),
        None => format!("The queue has not answered yet. {meanwhile}"),
        Some(_) if queue.is_relied_on => answers(queue, now),
        Some(_) if queue.told == 0 => {
            format!("{} {meanwhile} Check that the bucket's event notifications reach the queue.", answers(queue, now))
        }
        Some(_) => format!("{} That is long ago. {meanwhile}", answers(queue, now)),
    };
    let others = (queue.others > 0).then(|| {
        let were = if queue.others == 1 { "was" } else { "were" };
        let messages = show::plural(queue.others, "message");
        format!(" {messages} in it {were} not about this bucket and {were} left there.")
    });
    Some(view! { <p>{words}{others}</p> }.into_any())
}

fn answers(queue: &BucketQueue, now: DateTime<Utc>) -> String {
    let since = queue.since.map_or(String::new(), |since| format!(" since {}", until(since, now)));
    let told = match (queue.told, queue.told_at) {
        (0, None) => "told of no log file yet".to_owned(),
        (told, None) => format!("told of {}", show::plural(told, "new log file")),
        (told, Some(at)) => format!("told of {}, the last {}", show::plural(told, "new log file"), show::ago(at, now)),
    };
    format!("The queue answers{since} and has {told}.")
}

/// Which queue it is, to be changed; what was typed and refused comes back.
pub(super) fn form(bucket: &Bucket, query: &str) -> AnyView {
    let url = bucket.queue.as_ref().map(|queue| queue.url.clone()).unwrap_or_default();
    let button = if url.is_empty() { "Listen to it" } else { "Change" };
    let follow = (!bucket.is_followed)
        .then(|| view! { <p class="hint">"It is listened to while the bucket is followed, which it is not now."</p> });
    let typed = refill::of_query(query).map(|QueueForm { queue, .. }| queue);
    let reason = typed.is_some().then(|| refused(query));
    let body = view! {
        {reason}
        <p>
            "A queue (SQS) that S3 tells of new log files saves most of the looking: they are read as soon as they are told of, and "
            "the bucket is listed only once a day, to be sure."
        </p>
        {follow}
        <form method="post" action="/fn/listen_to_queue" class="fields">
            <input type="hidden" name="form[id]" value=bucket.id/>
            {field("form[queue]", typed.unwrap_or(url))}
            <button type="submit">{button}</button>
        </form>
        {how(bucket)}
    };
    panel(QueueForm::PLACE, "Told by a queue", ().into_any(), body.into_any())
}

pub(super) fn field(name: &'static str, url: String) -> AnyView {
    view! {
        <label class="half">"Queue that tells of new log files (empty: none)"
            <input name=name maxlength="500" value=url placeholder="https://sqs.eu-west-1.amazonaws.com/111122223333/trail-logs"
                autocapitalize="none" autocomplete="off" spellcheck="false"/>
        </label>
    }
    .into_any()
}

/// How to come by such a queue.
fn how(bucket: &Bucket) -> AnyView {
    let check = format!("/sources/{}/check", bucket.id);
    let prefix = match bucket.place.prefix.as_str() {
        "" => "the whole bucket".to_owned(),
        prefix => format!("the prefix {prefix}"),
    };
    view! {
        <details>
            <summary>"How to set it up"</summary>
            <ol class="steps">
                <li>
                    <b>"Create a standard queue "</b>
                    "in SQS that nothing else reads, in the bucket's region. Its access policy lets "<code>"s3.amazonaws.com"</code>" do "
                    <code>"sqs:SendMessage"</code>", for this bucket ("<code>"aws:SourceArn"</code>") only."
                </li>
                <li>
                    <b>"Let S3 tell it: "</b>
                    "an event notification of the bucket for "<code>"s3:ObjectCreated:*"</code>" on "{prefix}
                    ". A rule of EventBridge for “Object Created”, or an SNS topic of S3 or of the trail to which the queue is subscribed, "
                    "does as well."
                </li>
                <li>
                    <b>"Let the server receive: "</b>
                    "its role needs "<code>"sqs:ReceiveMessage"</code>" and "<code>"sqs:DeleteMessage"</code>". "
                    <a href=check>"The check"</a>" shows the whole policy. An encrypted queue takes "<code>"kms:Decrypt"</code>" on its key too."
                </li>
            </ol>
        </details>
    }
    .into_any()
}
