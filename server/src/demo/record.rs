//! One record, as CloudTrail writes it (user guide, "CloudTrail record contents").

use super::{
    cast::{ACCOUNTS, Who},
    details::Details,
    host::Host,
    random::Random,
    service::{Operation, operations},
    texts::{identity, resources},
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
