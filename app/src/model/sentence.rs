//! The sentence that answers the question, on top of every page.

use super::{
    forecast::{Forecast, NoForecast},
    frame::Frame,
    tls::TlsVersion,
    verdict::State,
    words,
};
use chrono::NaiveDate;

/// What the sentence speaks about.
#[derive(Debug, Clone, Copy)]
pub struct Answer<'a> {
    pub frame: &'a Frame,
    pub state: State,
    pub open_services: i64,
    pub open_callers: i64,
    pub forecast: &'a Forecast,
    pub coverage: Option<f64>,
    /// Within the frame, all versions.
    pub calls: i64,
    /// Versions of the calls within the frame.
    pub seen: &'a [TlsVersion],
    /// The last day with a deprecated call, within the frame.
    pub last_seen: Option<NaiveDate>,
    pub calls_after_deadline: i64,
    /// Services that were recently called with a forbidden version for which callers were not kept; 0 where they were.
    pub services_without_detail: i64,
}

impl Answer<'_> {
    /// One or two sentences.
    pub fn sentence(&self) -> String {
        let Some(_) = self.frame.logged else {
            return format!("No logs yet: upload a CloudTrail archive to see who still uses {}.", self.versions());
        };
        let answer = if self.open_callers > 0 {
            self.open()
        } else if self.services_without_detail > 0 {
            self.without_detail()
        } else if self.calls == 0 {
            return "No call in this range matches the filters.".into();
        } else {
            self.none_open()
        };
        if self.frame.as_of == self.frame.today { answer } else { self.as_of(&answer) }
    }

    /// "As of 31 May 2023, the last day with logs, 7 services …"
    fn as_of(&self, answer: &str) -> String {
        let day = words::date(self.frame.as_of, self.frame.today);
        let mut letters = answer.chars();
        let first = letters.next().map(|c| c.to_lowercase().to_string()).unwrap_or_default();
        format!("As of {day}, the last day with logs, {first}{}", letters.as_str())
    }

    fn open(&self) -> String {
        let still = format!(
            "{} still receive{} {} calls from {}",
            words::count(self.open_services, "service"),
            if self.open_services == 1 { "s" } else { "" },
            self.versions(),
            words::count(self.open_callers, "caller"),
        );
        match &self.frame.deadline {
            Some(deadline) if self.frame.is_past_deadline() => self.overdue(&still, deadline.date),
            deadline => format!("{still}; {}.", self.pace(deadline.as_ref().map(|d| d.date))),
        }
    }

    fn overdue(&self, still: &str, deadline: NaiveDate) -> String {
        let late = days((self.frame.as_of - deadline).num_days());
        let after = match self.calls_after_deadline {
            0 => String::new(),
            calls => format!(" {} {} seen after it.", words::count(calls, "such call"), was(calls)),
        };
        format!("{still}, {late} after the deadline; {}.{after}", self.pace(None))
    }

    /// "at this pace they reach zero on 9 July, 11 days after the deadline".
    fn pace(&self, deadline: Option<NaiveDate>) -> String {
        let left = deadline.map(|deadline| left(self.frame.as_of, deadline)).unwrap_or_default();
        match self.forecast {
            Forecast::Zero { zero, .. } => {
                let reach = if self.open_callers == 1 { "it reaches" } else { "they reach" };
                let on = words::date(*zero, self.frame.as_of);
                let gap = deadline.map(|deadline| format!(", {}", distance(*zero, deadline))).unwrap_or_default();
                format!("at this pace {reach} zero on {on}{gap}")
            }
            Forecast::None(NoForecast::NotFalling) => format!("the number of callers is not falling{left}"),
            Forecast::None(NoForecast::TooFewDays) => format!("too few days have logs for a forecast{left}"),
            Forecast::None(NoForecast::LowCoverage) => {
                format!("logs cover too little of the last 8 weeks for a forecast{left}")
            }
            Forecast::Reached => format!("none of them is open any more{left}"),
        }
    }

    fn without_detail(&self) -> String {
        format!(
            "{} still receive{} {} calls; who makes them was not kept when the logs were read.",
            words::count(self.services_without_detail, "service"),
            if self.services_without_detail == 1 { "s" } else { "" },
            self.versions(),
        )
    }

    fn none_open(&self) -> String {
        let versions = self.versions();
        if self.state != State::Clear {
            let share = words::percent(self.coverage.unwrap_or(0.0));
            return format!("Nobody was seen using {versions} lately, but logs cover only {share} of the range.");
        }
        let last = match self.last_seen {
            Some(day) => format!(
                "Nobody uses {versions} any more: the last such call was on {}.",
                words::date(day, self.frame.as_of)
            ),
            None => format!("Nobody uses {versions}: the logs have no such call in this range."),
        };
        if self.frame.is_past_deadline() {
            format!("{last} Calls that are refused since the deadline leave no record.")
        } else {
            last
        }
    }

    fn versions(&self) -> String {
        words::versions(self.seen, self.frame.minimum())
    }
}

fn days(number: i64) -> String {
    words::count(number, "day")
}

const fn was(number: i64) -> &'static str {
    if number == 1 { "was" } else { "were" }
}

fn distance(zero: NaiveDate, deadline: NaiveDate) -> String {
    match (zero - deadline).num_days() {
        0 => "the day of the deadline".into(),
        late if late > 0 => format!("{} after the deadline", days(late)),
        early => format!("{} before the deadline", days(-early)),
    }
}

fn left(as_of: NaiveDate, deadline: NaiveDate) -> String {
    match (deadline - as_of).num_days() {
        0 => ", and the deadline is this day".into(),
        left => format!(", and the deadline is in {}", days(left)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{
        deadline::{Deadline, Origin},
        frame::{Grain, midnight},
    };

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn frame(deadline: Option<&str>) -> Frame {
        let deadline = deadline.map(|date| Deadline {
            id: 1,
            name: "AWS".into(),
            date: day(date),
            scope: None,
            services: Vec::new(),
            minimum: TlsVersion::Tls12,
            source_url: String::new(),
            note: String::new(),
            origin: Origin::Preset,
            history: Vec::new(),
        });
        Frame {
            from: midnight(day("2023-03-01")),
            to: midnight(day("2023-06-01")),
            grain: Grain::Day,
            asked_grain: None,
            today: day("2023-05-31"),
            as_of: day("2023-05-31"),
            logged: Some((day("2023-01-01"), day("2023-05-31"))),
            deadline,
        }
    }

    fn zero(on: &str) -> Forecast {
        Forecast::Zero { zero: day(on), early: day(on), late: None, per_day: -0.6 }
    }

    /// Seven services, 23 callers.
    fn answer<'a>(frame: &'a Frame, forecast: &'a Forecast) -> Answer<'a> {
        Answer {
            frame,
            state: State::AtRisk,
            open_services: 7,
            open_callers: 23,
            forecast,
            coverage: Some(0.96),
            calls: 100_000,
            seen: &[TlsVersion::Tls10, TlsVersion::Tls11, TlsVersion::Tls12, TlsVersion::Unknown],
            last_seen: Some(day("2023-05-30")),
            calls_after_deadline: 0,
            services_without_detail: 0,
        }
    }

    #[track_caller]
    fn says(answer: Answer<'_>, sentence: &str) {
        assert_eq!(answer.sentence(), sentence);
    }

    #[test]
    fn open_callers_before_a_deadline() {
        let frame = frame(Some("2023-06-28"));
        let still = "7 services still receive TLS 1.0/1.1 calls from 23 callers";
        let says = |forecast: Forecast, rest: &str| says(answer(&frame, &forecast), &format!("{still}; {rest}"));
        says(zero("2023-07-09"), "at this pace they reach zero on 9 July, 11 days after the deadline.");
        says(zero("2023-06-27"), "at this pace they reach zero on 27 June, 1 day before the deadline.");
        says(zero("2023-06-28"), "at this pace they reach zero on 28 June, the day of the deadline.");
        says(zero("2024-01-02"), "at this pace they reach zero on 2 January 2024, 188 days after the deadline.");
        let none = Forecast::None;
        says(none(NoForecast::NotFalling), "the number of callers is not falling, and the deadline is in 28 days.");
        says(none(NoForecast::TooFewDays), "too few days have logs for a forecast, and the deadline is in 28 days.");
        says(
            none(NoForecast::LowCoverage),
            "logs cover too little of the last 8 weeks for a forecast, and the deadline is in 28 days.",
        );
    }

    #[test]
    fn one_is_one() {
        let (frame, forecast) = (frame(None), zero("2023-07-09"));
        let one = Answer { open_services: 1, open_callers: 1, seen: &[TlsVersion::Ssl3], ..answer(&frame, &forecast) };
        says(one, "1 service still receives SSL 3 calls from 1 caller; at this pace it reaches zero on 9 July.");
    }

    #[test]
    fn overdue() {
        let (frame, forecast) = (frame(Some("2023-05-30")), zero("2023-07-09"));
        let overdue = Answer { calls_after_deadline: 1, ..answer(&frame, &forecast) };
        says(
            overdue,
            "7 services still receive TLS 1.0/1.1 calls from 23 callers, 1 day after the deadline; at this pace they reach \
             zero on 9 July. 1 such call was seen after it.",
        );
    }

    #[test]
    fn none_open() {
        let (frame_before, frame_after) = (frame(Some("2023-06-28")), frame(Some("2023-05-01")));
        let clear = |frame| Answer { state: State::Clear, open_callers: 0, ..answer(frame, &Forecast::Reached) };
        says(clear(&frame_before), "Nobody uses TLS 1.0/1.1 any more: the last such call was on 30 May.");
        says(
            clear(&frame_after),
            "Nobody uses TLS 1.0/1.1 any more: the last such call was on 30 May. Calls that are refused since the deadline \
             leave no record.",
        );
        let never = Answer { last_seen: None, seen: &[], ..clear(&frame_before) };
        says(never, "Nobody uses TLS below 1.2: the logs have no such call in this range.");
        let doubtful = Answer { state: State::Unknown, coverage: Some(0.62), ..clear(&frame_before) };
        says(doubtful, "Nobody was seen using TLS 1.0/1.1 lately, but logs cover only 62 % of the range.");
        says(Answer { calls: 0, ..clear(&frame_before) }, "No call in this range matches the filters.");
    }

    #[test]
    fn unknown_callers() {
        let frame = frame(Some("2023-06-28"));
        let answer = Answer { open_callers: 0, services_without_detail: 1, ..answer(&frame, &Forecast::Reached) };
        says(
            answer,
            "1 service still receives TLS 1.0/1.1 calls; who makes them was not kept when the logs were read.",
        );
    }

    #[test]
    fn old_news_says_as_of_when() {
        let old = Frame { today: day("2026-11-24"), ..frame(Some("2023-06-28")) };
        let forecast = zero("2023-07-09");
        says(
            answer(&old, &forecast),
            "As of 31 May 2023, the last day with logs, 7 services still receive TLS 1.0/1.1 calls from 23 callers; at this \
             pace they reach zero on 9 July, 11 days after the deadline.",
        );
    }

    #[test]
    fn without_any_log() {
        let empty = Frame { logged: None, ..frame(None) };
        let nothing = Answer { seen: &[], ..answer(&empty, &Forecast::Reached) };
        says(nothing, "No logs yet: upload a CloudTrail archive to see who still uses TLS below 1.2.");
    }
}
