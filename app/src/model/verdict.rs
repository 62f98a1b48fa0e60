//! States and verdicts: the answer, and the sentence that says why.

use super::{forecast::Forecast, words};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// The state of a view against its deadline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Zero is forecast before the deadline.
    OnTrack,
    /// Zero is forecast after it, or there is no forecast while callers are open.
    AtRisk,
    /// The deadline is past and callers are open.
    Missed,
    /// None open and coverage at least 90 %.
    Clear,
    Unknown,
}

impl State {
    pub const fn words(self) -> &'static str {
        match self {
            Self::OnTrack => "On track",
            Self::AtRisk => "At risk",
            Self::Missed => "Missed",
            Self::Clear => "Clear",
            Self::Unknown => "Unknown",
        }
    }
}

/// Covered share below which zero calls prove nothing.
pub const ENOUGH_COVERAGE: f64 = 0.9;

/// Share of calls without TLS details above which a service cannot be called safe.
pub const TOO_MUCH_UNKNOWN: f64 = 0.1;

/// See [`State`]. `open`: whether somebody still uses deprecated versions; `deadline` and `as_of` decide what is past.
pub fn state(
    open: bool,
    deadline: Option<NaiveDate>,
    as_of: NaiveDate,
    forecast: &Forecast,
    coverage: Option<f64>,
) -> State {
    match (open, deadline) {
        (false, _) if coverage.is_some_and(|share| share >= ENOUGH_COVERAGE) => State::Clear,
        (false, _) | (true, None) => State::Unknown,
        (true, Some(deadline)) if deadline < as_of => State::Missed,
        (true, Some(deadline)) => match forecast {
            Forecast::Zero { zero, .. } if *zero < deadline => State::OnTrack,
            _ => State::AtRisk,
        },
    }
}

/// Per service: is it safe to enforce?
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    pub safe: Safe,
    /// Why, in one sentence without a full stop.
    pub why: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Safe {
    No,
    Unknown,
    Yes,
}

/// What a verdict is made from, for one service.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Evidence {
    /// The deadline's rule speaks about the service.
    pub applies: bool,
    pub calls: i64,
    /// Calls of clients whose version is not known; those that AWS itself made are left out.
    pub unknown_calls: i64,
    /// Calls whose version is known.
    pub known_calls: i64,
    pub open_callers: i64,
    /// Callers were not kept for all versions that the rule forbids.
    pub detail_missing: bool,
    /// The last day with a deprecated call, within the frame.
    pub last_seen: Option<NaiveDate>,
    /// Deprecated calls so recent that their callers would be open.
    pub is_recent: bool,
    /// Covered share of the frame.
    pub coverage: Option<f64>,
    pub deadline: Option<NaiveDate>,
    pub as_of: NaiveDate,
}

impl Evidence {
    pub fn verdict(&self) -> Verdict {
        let (safe, why) = self.judge();
        Verdict { safe, why }
    }

    fn judge(&self) -> (Safe, String) {
        if !self.applies {
            return (Safe::Yes, "the deadline does not apply to this service".into());
        }
        if self.open_callers > 0 {
            return (Safe::No, words::count(self.open_callers, "open caller"));
        }
        if self.is_recent && self.detail_missing {
            return (Safe::No, "still called; by whom was not kept when the logs were read".into());
        }
        let unknown_share = self.unknown_calls as f64 / self.calls.max(1) as f64;
        match self.coverage {
            None => (Safe::Unknown, "no logs in this range".into()),
            Some(share) if share < ENOUGH_COVERAGE => {
                (Safe::Unknown, format!("logs cover only {} of the range", words::percent(share)))
            }
            Some(_) if self.calls > 0 && self.known_calls == 0 => {
                (Safe::Unknown, "none of its calls carries TLS details".into())
            }
            Some(_) if unknown_share > TOO_MUCH_UNKNOWN => {
                (Safe::Unknown, format!("{} of its calls carry no TLS details", words::percent(unknown_share)))
            }
            Some(_) => (Safe::Yes, self.quiet()),
        }
    }

    fn quiet(&self) -> String {
        let quiet = match self.last_seen {
            Some(last) => format!("quiet since {}", words::date(last, self.as_of)),
            None => "no deprecated call in this range".into(),
        };
        match self.deadline {
            Some(deadline) if deadline < self.as_of => {
                format!("{quiet}; calls refused since the deadline leave no record")
            }
            _ => quiet,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::forecast::NoForecast;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn zero(on: &str) -> Forecast {
        Forecast::Zero { zero: day(on), early: day(on), late: None, per_day: -1.0 }
    }

    #[test]
    fn states() {
        let as_of = day("2026-06-01");
        let deadline = Some(day("2026-06-28"));
        let open = |deadline, forecast| state(true, deadline, as_of, &forecast, Some(1.0));
        assert_eq!(open(deadline, zero("2026-06-27")), State::OnTrack);
        assert_eq!(open(deadline, zero("2026-06-28")), State::AtRisk);
        assert_eq!(open(deadline, Forecast::None(NoForecast::NotFalling)), State::AtRisk);
        assert_eq!(open(Some(as_of), Forecast::None(NoForecast::NotFalling)), State::AtRisk);
        assert_eq!(open(Some(day("2026-05-31")), zero("2026-06-02")), State::Missed);
        assert_eq!(open(None, zero("2026-06-02")), State::Unknown);
        let closed = |coverage| state(false, deadline, as_of, &Forecast::Reached, coverage);
        assert_eq!(closed(Some(0.9)), State::Clear);
        assert_eq!(closed(Some(0.89)), State::Unknown);
        assert_eq!(closed(None), State::Unknown);
    }

    const CLEAN: Evidence = Evidence {
        applies: true,
        calls: 1000,
        unknown_calls: 20,
        known_calls: 980,
        open_callers: 0,
        detail_missing: false,
        last_seen: None,
        is_recent: false,
        coverage: Some(0.96),
        deadline: None,
        as_of: NaiveDate::from_ymd_opt(2026, 6, 1).unwrap(),
    };

    #[track_caller]
    fn says(evidence: Evidence, safe: Safe, why: &str) {
        assert_eq!(evidence.verdict(), Verdict { safe, why: why.into() });
    }

    #[test]
    fn verdicts() {
        says(CLEAN, Safe::Yes, "no deprecated call in this range");
        says(Evidence { open_callers: 1, ..CLEAN }, Safe::No, "1 open caller");
        says(Evidence { open_callers: 12, coverage: None, ..CLEAN }, Safe::No, "12 open callers");
        says(
            Evidence { open_callers: 12, applies: false, ..CLEAN },
            Safe::Yes,
            "the deadline does not apply to this service",
        );
        says(Evidence { coverage: Some(0.62), ..CLEAN }, Safe::Unknown, "logs cover only 62 % of the range");
        says(Evidence { coverage: None, ..CLEAN }, Safe::Unknown, "no logs in this range");
        says(Evidence { unknown_calls: 380, ..CLEAN }, Safe::Unknown, "38 % of its calls carry no TLS details");
        says(Evidence { known_calls: 0, ..CLEAN }, Safe::Unknown, "none of its calls carries TLS details");
        says(Evidence { last_seen: Some(day("2026-05-03")), ..CLEAN }, Safe::Yes, "quiet since 3 May");
    }

    #[test]
    fn silence_after_a_deadline_may_be_refusal() {
        let past = Evidence { deadline: Some(day("2023-06-28")), last_seen: Some(day("2023-06-20")), ..CLEAN };
        says(past, Safe::Yes, "quiet since 20 June 2023; calls refused since the deadline leave no record");
    }

    #[test]
    fn recent_calls_without_kept_callers_are_not_safe() {
        let recent = Evidence { is_recent: true, detail_missing: true, ..CLEAN };
        says(recent, Safe::No, "still called; by whom was not kept when the logs were read");
    }
}
