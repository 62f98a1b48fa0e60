//! From what the SDK says to words that say what to do.

use super::trouble::{Kind, Trouble};
use crate::source::room;
use app::model::source::BucketPlace;
use aws_sdk_s3::{
    config::http::HttpResponse,
    error::{ProvideErrorMetadata, SdkError},
};
use std::{error::Error, io, path::Path};

/// What a store says about an error is cut here.
const LONGEST: usize = 300;

/// What was asked for.
#[derive(Debug, Clone, Copy)]
pub(super) enum Doing<'a> {
    Listing(&'a str),
    Getting(&'a str),
    /// From a queue, and deleting there.
    Receiving(&'a str),
}

impl Doing<'_> {
    fn words(self, place: &BucketPlace) -> String {
        match self {
            Self::Listing(prefix) => format!("list s3://{}/{prefix}", place.bucket),
            Self::Getting(key) => format!("get s3://{}/{key}", place.bucket),
            Self::Receiving(queue) => format!("receive from {queue}"),
        }
    }
}

pub(super) fn trouble<E>(place: &BucketPlace, doing: Doing<'_>, error: &SdkError<E, HttpResponse>) -> Trouble
where
    E: ProvideErrorMetadata + Error + 'static,
{
    let status = error.raw_response().map_or(0, |response| response.status().as_u16());
    let said =
        error.as_service_error().map(|error| (error.code().unwrap_or_default(), error.message().unwrap_or_default()));
    let what = doing.words(place);
    match (error, said) {
        (SdkError::ServiceError(_), Some((code, message))) => {
            answered(place, doing, &what, status, code, &tidy(message))
        }
        (SdkError::TimeoutError(_) | SdkError::DispatchFailure(_) | SdkError::ResponseError(_), _) => {
            let why = chain(error);
            // The SDK has no kind of its own for credentials that could not be renewed.
            if why.contains("credential") { no_credentials(&why) } else { unreachable(&what, &why) }
        }
        _ => Trouble::new(Kind::Other, format!("could not {what}: {}", chain(error))),
    }
}

fn answered(place: &BucketPlace, doing: Doing<'_>, what: &str, status: u16, code: &str, message: &str) -> Trouble {
    let of = |kind, words: String| Trouble::new(kind, words);
    let said = if message.is_empty() { format!("{status} {code}") } else { format!("{code}: {message}") };
    match (status, code) {
        (_, "NoSuchBucket") => of(
            Kind::NoBucket,
            format!("there is no bucket {}: check its name, and the endpoint if it is not at AWS", place.bucket),
        ),
        // SQS does not tell one from the other.
        (_, "AWS.SimpleQueueService.NonExistentQueue" | "QueueDoesNotExist") => of(
            Kind::NoQueue,
            format!(
                "could not {what}: there is no such queue, or it is closed to the server: check its address and the policy"
            ),
        ),
        (_, "RequestTimeTooSkewed") => clock_skew(),
        (_, "InvalidObjectState") => of(
            Kind::Archived,
            "it is archived (Glacier): restore it in S3 (aws s3api restore-object …), then try again".to_owned(),
        ),
        (_, "InvalidSignatureException") if is_of_clock(message) => clock_skew(),
        (
            _,
            "InvalidAccessKeyId" | "SignatureDoesNotMatch" | "ExpiredToken" | "InvalidToken" | "TokenRefreshRequired",
        ) => no_credentials(&said),
        // SQS says the same in the words of its own protocol.
        (
            _,
            "InvalidClientTokenId"
            | "UnrecognizedClientException"
            | "ExpiredTokenException"
            | "InvalidSignatureException"
            | "MissingAuthenticationToken"
            | "MissingAuthenticationTokenException"
            | "IncompleteSignature",
        ) => no_credentials(&said),
        (301 | 307, _) | (_, "PermanentRedirect" | "TemporaryRedirect" | "AuthorizationHeaderMalformed") => of(
            Kind::Endpoint,
            format!(
                "the bucket {} lies in another region or at another endpoint ({said}): correct the region",
                place.bucket
            ),
        ),
        (_, "NoSuchKey" | "NoSuchVersion") => of(Kind::Gone, "it was deleted since it was listed".to_owned()),
        (404, _) => of(Kind::Gone, format!("could not {what}: it is not there ({said})")),
        // Only the rest of something that was begun is asked for under a condition, or from a place on.
        (412 | 416, _) => changed(),
        (403 | 401, _)
        | (_, "AccessDenied" | "AccessDeniedException" | "KMS.AccessDeniedException" | "KmsAccessDenied") => {
            of(Kind::Denied, denied(place, doing, what, &said))
        }
        (408 | 429 | 500.., _)
        | (_, "RequestThrottled" | "ThrottlingException" | "OverLimit" | "KMS.ThrottlingException") => {
            of(Kind::Busy, format!("could not {what} now, after several tries ({said})"))
        }
        _ => of(Kind::Other, format!("could not {what} ({said})")),
    }
}

fn clock_skew() -> Trouble {
    Trouble::new(
        Kind::ClockSkew,
        "AWS refuses requests of this machine because its clock is wrong by more than 15 minutes: set it by NTP",
    )
}

/// As SQS says it.
fn is_of_clock(message: &str) -> bool {
    message.contains("Signature expired") || message.contains("Signature not yet current")
}

fn denied(place: &BucketPlace, doing: Doing<'_>, what: &str, said: &str) -> String {
    let who = place.role_arn.as_deref().unwrap_or("the server's role or user");
    if said.contains("kms:") || said.contains("KMS") {
        let what_is = if matches!(doing, Doing::Receiving(_)) { "the queue is" } else { "the logs are" };
        return format!("not allowed to {what}: {what_is} encrypted, allow kms:Decrypt on the key to {who} ({said})");
    }
    let action = match doing {
        Doing::Listing(_) => "s3:ListBucket",
        Doing::Getting(_) => "s3:GetObject",
        Doing::Receiving(_) => "sqs:ReceiveMessage and sqs:DeleteMessage",
    };
    let may_pay = !place.requester_pays && !matches!(doing, Doing::Receiving(_));
    let payer = if may_pay { "; if the bucket is “requester pays”, say so in the source" } else { "" };
    format!("not allowed to {what}: attach the policy that allows {action} to {who}{payer} ({said})")
}

pub(super) fn no_credentials(why: &str) -> Trouble {
    Trouble::new(
        Kind::NoCredentials,
        format!(
            "the server has no AWS credentials that work: give them to it by its environment (AWS_ACCESS_KEY_ID …), a \
             profile, SSO, or the role of its container or instance ({})",
            tidy(why)
        ),
    )
}

pub(super) fn no_role(role: &str, why: &str) -> Trouble {
    Trouble::new(
        Kind::Denied,
        format!(
            "{role} cannot be assumed: its trust policy must allow sts:AssumeRole to the server's own role or user, with \
             the external id if it asks for one ({})",
            tidy(why)
        ),
    )
}

pub(super) fn changed() -> Trouble {
    Trouble::new(
        Kind::Changed,
        "it was overwritten while it was being read: try again once nothing writes to it any more".to_owned(),
    )
}

pub(super) fn unreachable(what: &str, why: &str) -> Trouble {
    Trouble::new(Kind::Unreachable, format!("could not {what}: no answer, after several tries ({})", tidy(why)))
}

/// Large objects cannot be kept in `folder`.
pub(crate) fn spool(folder: &Path, error: &io::Error) -> Trouble {
    let folder = folder.display();
    let words = match room::none_left(error) {
        Some(why) => format!(
            "there is no room for large log files in {folder}: {why}; make room there, or have another folder used (by \
             --data-dir; for tally by TMPDIR)"
        ),
        None => format!("large log files cannot be kept in {folder} ({error}): check that this user may write there"),
    };
    Trouble::new(Kind::Spool, words)
}

/// An error with its causes, each said once.
pub(super) fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        let more = next.to_string();
        if !text.contains(&more) {
            text = format!("{text}: {more}");
        }
        cause = next.source();
    }
    text
}

/// Others' words on one line, and not too many.
fn tidy(text: &str) -> String {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}
