//! Models to draw in tests.

use crate::model::{
    deadline::{Deadline, Origin, Revision},
    frame::{Frame, Grain},
    tls::TlsVersion,
    trend::{Series, Trend, Versions},
};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

pub(super) fn date(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

fn midnight(date: NaiveDate) -> DateTime<Utc> {
    date.and_time(chrono::NaiveTime::MIN).and_utc()
}

pub(super) fn deadline(dates: &[&str]) -> Deadline {
    let history: Vec<_> = dates
        .iter()
        .map(|text| Revision { date: date(text), announced: date("2022-06-28"), note: String::new() })
        .collect();
    Deadline {
        id: 1,
        name: "AWS: TLS 1.2 minimum".into(),
        date: history.last().expect("a date").date,
        scope: None,
        services: Vec::new(),
        minimum: TlsVersion::Tls12,
        source_url: String::new(),
        note: String::new(),
        origin: Origin::Preset,
        history,
    }
}

/// Days from 1 June 2023 on, looked at on the day after.
pub(super) fn frame(days: i64, deadline: Option<Deadline>) -> Frame {
    let from = date("2023-06-01");
    let to = from + TimeDelta::days(days);
    Frame {
        from: midnight(from),
        to: midnight(to),
        grain: Grain::Day,
        asked_grain: None,
        today: to,
        as_of: to,
        logged: Some((from, to)),
        deadline,
    }
}

pub(super) fn times(frame: &Frame) -> Vec<DateTime<Utc>> {
    let days = (frame.to - frame.from).num_days();
    (0..days).map(|day| frame.from + TimeDelta::days(day)).collect()
}

/// Services that fall, one slower than the other.
pub(super) fn trend(days: i64, services: usize, deadline: Option<Deadline>) -> Trend {
    let frame = frame(days, deadline);
    let series = (0..services)
        .map(|service| Series {
            service: format!("service-{service}"),
            calls: (0..days).map(|day| (days - day) * (services - service) as i64).collect(),
        })
        .collect();
    let times = times(&frame);
    Trend { all_calls: vec![1000; times.len()], without_logs: vec![false; times.len()], frame, times, series }
}

pub(super) fn versions(days: i64) -> Versions {
    let frame = frame(days, Some(deadline(&["2023-06-28"])));
    let times = times(&frame);
    let series = vec![
        (TlsVersion::Tls10, (0..days).map(|day| days - day).collect()),
        (TlsVersion::Tls13, (0..days).map(|day| 10 + day).collect()),
        (TlsVersion::Unknown, vec![5; times.len()]),
    ];
    Versions { without_logs: vec![false; times.len()], frame, times, series }
}
