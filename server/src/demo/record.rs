//! One record, as CloudTrail writes it (user guide, "CloudTrail record contents").

use super::{
    cast::{ACCOUNTS, Who},
    host::Host,
    random::Random,
    service::{Operation, UNREPORTED, operations},
};
use chrono::NaiveDate;
use std::io::Write as _;

/// One call: everything in its record follows from this, so a second delivery is the same to the byte.
#[derive(Debug, Clone, Copy)]
pub(super) struct Call {
    /// Of the day.
    pub(super) second: u32,
    /// Index into the hosts.
    pub(super) host: u32,
    pub(super) seed: u64,
    /// Delivered to the other account too; this is its copy.
    pub(super) copy: bool,
}

/// A day as records name it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Day {
    pub(super) number: i64,
    pub(super) date: NaiveDate,
    /// Of how many.
    pub(super) of: i64,
}

/// Appends records to a buffer.
pub(super) struct Writer<'a> {
    pub(super) out: Vec<u8>,
    day: Day,
    date: String,
    hosts: &'a [Host],
}

/// What texts are filled with.
struct Fill<'a> {
    host: &'a Host,
    second: u32,
    cipher: &'static str,
    random: Random,
}

impl<'a> Writer<'a> {
    pub(super) fn new(day: Day, hosts: &'a [Host]) -> Self {
        Self { out: Vec::new(), day, date: day.date.to_string(), hosts }
    }

    pub(super) fn record(&mut self, call: Call) {
        let host = &self.hosts[call.host as usize];
        let mut random = Random::new(call.seed);
        let operation = choose(host, &mut random);
        let (agent, label) = host.speaks(self.day.number);
        let details = Details::of(host, operation, label, self.day, &mut random);
        let mut fill = Fill { host, second: call.second, cipher: details.cipher(), random };
        let denied = fill.random.chance(if host.workload.who == Who::Anonymous { 0.8 } else { 0.008 });

        let version = if details == Details::OldRecord { "1.05" } else { "1.11" };
        self.text(&mut fill, r#"{"eventVersion":""#);
        self.plain(version);
        self.text(&mut fill, r#"","userIdentity":"#);
        self.text(&mut fill, identity(host.workload.who));
        self.text(&mut fill, r#","eventTime":"$t","eventSource":""#);
        self.plain(operation.service);
        self.text(&mut fill, r#".amazonaws.com","eventName":""#);
        self.plain(if host.workload.who == Who::Event { "RotateKey" } else { operation.name });
        self.text(&mut fill, r#"","awsRegion":"$r","sourceIPAddress":"$y","userAgent":""#);
        self.plain(agent);
        self.plain("\",");
        self.body(&mut fill, operation, denied);
        self.end(&mut fill, operation, call.copy);
        self.details(&mut fill, operation, details);
        self.plain("}");
    }

    fn body(&mut self, fill: &mut Fill<'_>, operation: &Operation, denied: bool) {
        if denied {
            self.text(fill, r#""errorCode":"AccessDenied","errorMessage":"Access Denied","#);
        }
        self.plain("\"requestParameters\":");
        self.text(fill, if fill.host.workload.who == Who::Event { "null" } else { operation.request });
        self.plain(",\"responseElements\":");
        self.text(fill, if denied || fill.host.workload.who == Who::Event { "null" } else { operation.response });
        self.plain(",");
        if operation.service == "s3" {
            let signed = match fill.host.workload.who {
                Who::Anonymous => "",
                _ => r#""SignatureVersion":"SigV4","AuthenticationMethod":"AuthHeader","#,
            };
            self.plain("\"additionalEventData\":{");
            self.plain(signed);
            self.text(
                fill,
                r#""CipherSuite":"$c","bytesTransferredIn":0,"x-amz-id-2":"$x","bytesTransferredOut":$n},"#,
            );
        }
        self.text(fill, if operation.service == "s3" { r#""requestID":"$q","# } else { r#""requestID":"$u","# });
    }

    fn end(&mut self, fill: &mut Fill<'_>, operation: &Operation, copy: bool) {
        let who = fill.host.workload.who;
        // The copy for the other account has an identity of its own, and the shared one.
        let (own, other, shared) = (fill.random.next(), fill.random.next(), fill.random.next());
        let _ = write!(
            self.out,
            "\"eventID\":\"{}\",\"readOnly\":{},",
            Uuid(if copy { other } else { own }),
            operation.effect.reads()
        );
        self.text(fill, resources(operation));
        let kind = match who {
            Who::Event => "AwsServiceEvent",
            _ if operation.service == "signin" => "AwsConsoleSignIn",
            _ => "AwsApiCall",
        };
        let data = operation.effect.is_data();
        let recipient = match fill.host.workload.shared_with {
            Some(account) if copy => ACCOUNTS[account],
            _ => fill.host.account(),
        };
        let _ = write!(
            self.out,
            "\"eventType\":\"{kind}\",\"managementEvent\":{},\"recipientAccountId\":\"{recipient}\",",
            !data
        );
        if fill.host.workload.shared_with.is_some() {
            let _ = write!(self.out, "\"sharedEventID\":\"{}\",", Uuid(shared));
        }
        let _ = write!(self.out, "\"eventCategory\":\"{}\"", if data { "Data" } else { "Management" });
        if who == Who::Console && operation.service != "signin" {
            self.plain(r#","sessionCredentialFromConsole":"true""#);
        }
    }

    fn details(&mut self, fill: &mut Fill<'_>, operation: &Operation, details: Details) {
        let (label, exchange) = match details {
            Details::Full { label, exchange } => (label, exchange),
            Details::Odd(label) => (label, ""),
            Details::Absent | Details::OldRecord => return,
        };
        let _ = write!(self.out, ",\"tlsDetails\":{{\"tlsVersion\":\"{label}\",\"cipherSuite\":\"{}\"", fill.cipher);
        self.plain(",\"clientProvidedHostHeader\":\"");
        match operation.service {
            "s3" => self.text(fill, "$b.s3.$r"),
            service @ ("iam" | "route53" | "organizations" | "health") => self.plain(service),
            service => {
                self.plain(service);
                self.text(fill, ".$r");
            }
        }
        self.plain(".amazonaws.com\"");
        if !exchange.is_empty() {
            let _ = write!(self.out, ",\"keyExchange\":\"{exchange}\"");
        }
        self.plain("}");
    }

    fn plain(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }

    /// Fills a text: `$` and a letter stand for something of the call.
    fn text(&mut self, fill: &mut Fill<'_>, text: &str) {
        let mut rest = text;
        while let Some(at) = memchr::memchr(b'$', rest.as_bytes()) {
            self.plain(&rest[..at]);
            self.expand(fill, rest.as_bytes().get(at + 1).copied().unwrap_or(b'$'));
            rest = rest.get(at + 2..).unwrap_or("");
        }
        self.plain(rest);
    }

    fn expand(&mut self, fill: &mut Fill<'_>, letter: u8) {
        let host = fill.host;
        let mut next = || fill.random.next();
        let clock = |s: u32| (s / 3600, s / 60 % 60, s % 60);
        let _ = match letter {
            b'a' => write!(self.out, "{}", host.account()),
            b'r' => write!(self.out, "{}", host.region()),
            b'w' => write!(self.out, "{}", host.workload.name),
            b'b' => write!(self.out, "{}-{}", host.workload.name, host.account()),
            b'i' | b's' => write!(self.out, "{}", host.name),
            b'p' => write!(self.out, "{}", host.principal),
            b'c' => write!(self.out, "{}", fill.cipher),
            b'y' => match host.workload.who {
                Who::Service(service) => write!(self.out, "{service}"),
                Who::Event => write!(self.out, "AWS Internal"),
                _ => write!(self.out, "{}", host.address),
            },
            b'v' => match host.workload.who {
                Who::Service(service) => write!(self.out, "{service}"),
                _ => write!(self.out, "AWS Internal"),
            },
            b't' => {
                let (h, m, s) = clock(fill.second);
                write!(self.out, "{}T{h:02}:{m:02}:{s:02}Z", self.date)
            }
            // Sessions are renewed every six hours.
            b'd' => {
                let (h, m, s) =
                    clock(fill.second - fill.second % 21_600 + fill.host.principal.as_bytes()[0] as u32 * 7 % 1200);
                write!(self.out, "{}T{h:02}:{m:02}:{s:02}Z", self.date)
            }
            b'm' => write!(self.out, "{}", 1_700_000_000_000 + next() % 10_000_000_000),
            b'n' => write!(self.out, "{}", 1 + next() % 4000),
            b'h' => write!(self.out, "{:017x}", u128::from(next())),
            b'g' => write!(self.out, "{:016x}{:016x}", next(), next()),
            b'q' => write!(self.out, "{:016X}", next()),
            b'u' => write!(self.out, "{}", Uuid(next())),
            b'k' => write!(self.out, "export/{}/part-{:05}-{:08x}.parquet", self.date, next() % 400, next() as u32),
            b'x' => write!(self.out, "{:016X}+{:016x}/{:016X}{:016x}kQ=", next(), next(), next(), next()),
            _ => Ok(()),
        };
    }
}

fn choose(host: &Host, random: &mut Random) -> &'static Operation {
    let services = host.workload.services;
    let (service, _) = services[random.weighted(services.iter().map(|(_, weight)| *weight))];
    let operations = operations(service);
    &operations[random.weighted(operations.iter().map(|o| o.weight))]
}

fn identity(who: Who) -> &'static str {
    match who {
        Who::Instance => {
            r#"{"type":"AssumedRole","principalId":"AROA$p:$i","arn":"arn:aws:sts::$a:assumed-role/$w/$i","accountId":"$a","accessKeyId":"ASIA$p","sessionContext":{"sessionIssuer":{"type":"Role","principalId":"AROA$p","arn":"arn:aws:iam::$a:role/$w","accountId":"$a","userName":"$w"},"attributes":{"creationDate":"$d","mfaAuthenticated":"false"},"ec2RoleDelivery":"2.0"}}"#
        }
        Who::Function | Who::Container => {
            r#"{"type":"AssumedRole","principalId":"AROA$p:$s","arn":"arn:aws:sts::$a:assumed-role/$w/$s","accountId":"$a","accessKeyId":"ASIA$p","sessionContext":{"sessionIssuer":{"type":"Role","principalId":"AROA$p","arn":"arn:aws:iam::$a:role/$w","accountId":"$a","userName":"$w"},"attributes":{"creationDate":"$d","mfaAuthenticated":"false"}}}"#
        }
        Who::User => {
            r#"{"type":"IAMUser","principalId":"AIDA$p","arn":"arn:aws:iam::$a:user/$w","accountId":"$a","accessKeyId":"AKIA$p","userName":"$w"}"#
        }
        Who::Console => {
            r#"{"type":"AssumedRole","principalId":"AROA$p:$s","arn":"arn:aws:sts::$a:assumed-role/AWSReservedSSO_PowerUser_3f1c/$s","accountId":"$a","accessKeyId":"ASIA$p","sessionContext":{"sessionIssuer":{"type":"Role","principalId":"AROA$p","arn":"arn:aws:iam::$a:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_PowerUser_3f1c","accountId":"$a","userName":"AWSReservedSSO_PowerUser_3f1c"},"attributes":{"creationDate":"$d","mfaAuthenticated":"true"}}}"#
        }
        Who::Federated => {
            r#"{"type":"AssumedRole","principalId":"AROA$p:$s","arn":"arn:aws:sts::$a:assumed-role/$w-users/$s","accountId":"$a","accessKeyId":"ASIA$p","sessionContext":{"sessionIssuer":{"type":"Role","principalId":"AROA$p","arn":"arn:aws:iam::$a:role/$w-users","accountId":"$a","userName":"$w-users"},"webIdFederationData":{"federatedProvider":"cognito-identity.amazonaws.com","attributes":{"cognito-identity.amazonaws.com:amr":"[\"authenticated\"]"}},"attributes":{"creationDate":"$d","mfaAuthenticated":"false"}}}"#
        }
        Who::Anonymous => r#"{"type":"AWSAccount","principalId":"","accountId":"anonymous"}"#,
        Who::Service(_) => r#"{"type":"AWSService","invokedBy":"$v"}"#,
        Who::Event => r#"{"accountId":"$a","invokedBy":"AWS Internal"}"#,
    }
}

fn resources(operation: &Operation) -> &'static str {
    match operation.service {
        "s3" => {
            r#""resources":[{"type":"AWS::S3::Object","ARNPrefix":"arn:aws:s3:::$b/"},{"accountId":"$a","type":"AWS::S3::Bucket","ARN":"arn:aws:s3:::$b"}],"#
        }
        "dynamodb" => {
            r#""resources":[{"accountId":"$a","type":"AWS::DynamoDB::Table","ARN":"arn:aws:dynamodb:$r:$a:table/$w"}],"#
        }
        "kms" => r#""resources":[{"accountId":"$a","type":"AWS::KMS::Key","ARN":"arn:aws:kms:$r:$a:key/$u"}],"#,
        "lambda" => {
            r#""resources":[{"accountId":"$a","type":"AWS::Lambda::Function","ARN":"arn:aws:lambda:$r:$a:function:$w"}],"#
        }
        _ => "",
    }
}

/// What `tlsDetails` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Details {
    Full {
        label: &'static str,
        exchange: &'static str,
    },
    /// A label that says nothing, or nothing that is known.
    Odd(&'static str),
    Absent,
    /// Absent, because the record is of a version that did not have it.
    OldRecord,
}

impl Details {
    fn of(host: &Host, operation: &Operation, label: Option<&'static str>, day: Day, random: &mut Random) -> Self {
        let Some(label) = label else { return Self::Absent };
        match (host.workload.name, operation.service) {
            ("console", service) if service != "signin" && random.chance(0.8) => Self::Absent,
            (_, service) if UNREPORTED.contains(&service) => Self::Absent,
            // One service wrote old records for some months.
            (_, "batch") if day.number < day.of * 3 / 5 => Self::OldRecord,
            ("supplier-feed", _) if random.chance(0.04) => Self::Odd("-"),
            ("stream-processor", _) if random.chance(0.004) => Self::Odd("DTLSv1.2"),
            _ => Self::Full { label, exchange: exchange(label, day, random) },
        }
    }

    /// Also for S3's own field, which names it even where `tlsDetails` is absent.
    fn cipher(self) -> &'static str {
        match self {
            Self::Full { label: "TLSv1" | "TLSv1.1", .. } => "ECDHE-RSA-AES128-SHA",
            Self::Full { label: "TLSv1.2", .. } => "ECDHE-RSA-AES128-GCM-SHA256",
            _ => "TLS_AES_128_GCM_SHA256",
        }
    }
}

/// The key exchange came later than the other details, and post-quantum ones with it.
fn exchange(label: &str, day: Day, random: &mut Random) -> &'static str {
    if day.number * 2 < day.of {
        return "";
    }
    match label {
        "TLSv1.3" if random.chance(0.3) => "X25519MLKEM768",
        "TLSv1.3" => "x25519",
        _ => "secp256r1",
    }
}

/// A random UUID of version 4, from 64 bits.
struct Uuid(u64);

impl std::fmt::Display for Uuid {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (high, low) = (self.0, Random::new(self.0).next());
        write!(
            f,
            "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
            high >> 32,
            (high >> 16) & 0xffff,
            high & 0xfff,
            0x8000 | (low >> 48 & 0x3fff),
            low & 0xffff_ffff_ffff
        )
    }
}
