//! What a view means for the data at hand.

use super::{Range, View};
use crate::model::{
    call::Scope,
    deadline::{self, Deadline},
    frame::{self, Frame, Grain, midnight},
};
use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};

/// What is known of the data and of today.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    pub today: NaiveDate,
    /// First and last day that have logs.
    pub logged: Option<(NaiveDate, NaiveDate)>,
    pub deadlines: &'a [Deadline],
    /// Services that have calls.
    pub services: &'a [(Scope, String)],
}

impl View {
    /// Resolves every default.
    ///
    /// # Errors
    /// A sentence for the user where the view names a deadline that does not exist.
    pub fn frame(&self, known: &Known) -> Result<Frame, String> {
        let (from, to) = self.range.resolve(known);
        let days = whole_days(to - from);
        let wanted = self.grain.unwrap_or(Grain::for_days(days));
        let grain = wanted.that_fits(days);
        Ok(Frame {
            from: floor(from, grain),
            to: ceil(to, grain),
            grain,
            asked_grain: (grain != wanted).then_some(wanted),
            today: known.today,
            as_of: frame::as_of(known.today, known.logged.map(|(_, last)| last)),
            logged: known.logged,
            deadline: self.deadline_among(known)?,
        })
    }

    fn deadline_among(&self, known: &Known) -> Result<Option<Deadline>, String> {
        let Some(id) = self.deadline else {
            let shown = |service: &str| self.service.is_empty() || self.service.iter().any(|s| s == service);
            let services: Vec<_> = known.services.iter().filter(|(_, service)| shown(service)).cloned().collect();
            return Ok(deadline::default_for(known.deadlines, &services, known.today).cloned());
        };
        match known.deadlines.iter().find(|deadline| deadline.id == id) {
            Some(deadline) => Ok(Some(deadline.clone())),
            None => Err(format!("There is no deadline number {id}: choose one of the list.")),
        }
    }
}

impl Range {
    fn resolve(self, known: &Known) -> (DateTime<Utc>, DateTime<Utc>) {
        let (first, last) = spoken_of(known);
        match self {
            Self::Last(preset) => {
                let start = preset.days().map_or(first, |days| first.max(last - Days::new(days.unsigned_abs() - 1)));
                (midnight(start), midnight(last) + TimeDelta::days(1))
            }
            Self::Between { from, to } => {
                let from =
                    from.unwrap_or_else(|| midnight(to.map_or(first, |to| first.min(to.date_naive() - Days::new(1)))));
                let to = to.unwrap_or(midnight(last) + TimeDelta::days(1));
                (from, to.max(from + TimeDelta::hours(1)))
            }
        }
    }
}

/// First and last day that "the last days" are counted within. A log from the future (a wrong clock) does not move them.
fn spoken_of(known: &Known) -> (NaiveDate, NaiveDate) {
    match known.logged {
        Some((first, last)) if first <= known.today => (first, last.min(known.today)),
        Some(logged) => logged,
        None => (known.today - Days::new(89), known.today),
    }
}

/// A begun day is counted whole.
fn whole_days(width: TimeDelta) -> i64 {
    let seconds = width.num_seconds();
    seconds.div_euclid(86_400) + i64::from(seconds.rem_euclid(86_400) != 0)
}

/// Weeks and months need whole days only: their first and last bucket may be cut.
fn floor(time: DateTime<Utc>, grain: Grain) -> DateTime<Utc> {
    grain.min(Grain::Day).floor(time)
}

fn ceil(time: DateTime<Utc>, grain: Grain) -> DateTime<Utc> {
    let start = floor(time, grain);
    if start == time { time } else { grain.min(Grain::Day).next(start).unwrap_or(time) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{deadline::Origin, tls::TlsVersion};

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn deadline(id: i64, date: &str, scope: Option<Scope>, services: &[&str]) -> Deadline {
        Deadline {
            id,
            name: format!("deadline {id}"),
            date: day(date),
            scope,
            services: services.iter().map(ToString::to_string).collect(),
            minimum: TlsVersion::Tls12,
            source_url: String::new(),
            note: String::new(),
            origin: Origin::Own,
            history: Vec::new(),
        }
    }

    #[track_caller]
    fn resolve(query: &str, today: &str, logged: Option<(&str, &str)>, deadlines: &[Deadline]) -> Frame {
        let services: Vec<_> = ["s3", "ec2", "es"].map(|s| (Scope::Aws, s.to_owned())).into();
        let logged = logged.map(|(first, last)| (day(first), day(last)));
        let known = Known { today: day(today), logged, deadlines, services: &services };
        query.parse::<View>().unwrap().frame(&known).unwrap()
    }

    fn span(frame: &Frame) -> String {
        format!("{} {} {}", frame.from.format("%F %H"), frame.to.format("%F %H"), frame.grain)
    }

    #[test]
    fn ranges() {
        let logged = Some(("2025-07-01", "2026-06-28"));
        let span = |query| span(&resolve(query, "2026-06-30", logged, &[]));
        assert_eq!(span(""), "2026-03-31 00 2026-06-29 00 day");
        assert_eq!(span("range=7d"), "2026-06-22 00 2026-06-29 00 day");
        assert_eq!(span("range=1y"), "2025-07-01 00 2026-06-29 00 week");
        assert_eq!(span("range=all"), "2025-07-01 00 2026-06-29 00 week");
        assert_eq!(span("from=2026-06-27&to=2026-06-28"), "2026-06-27 00 2026-06-29 00 hour");
        assert_eq!(span("from=2026-06-27"), "2026-06-27 00 2026-06-29 00 hour");
        assert_eq!(span("to=2025-07-20"), "2025-07-01 00 2025-07-21 00 day");
        assert_eq!(span("from=2026-06-27T09:30:00Z&to=2026-06-27T11:10:00Z"), "2026-06-27 09 2026-06-27 12 hour");
        assert_eq!(
            span("from=2026-06-27T09:30:00Z&to=2026-06-27T11:10:00Z&grain=day"),
            "2026-06-27 00 2026-06-28 00 day"
        );
        assert_eq!(span("from=2027-01-01"), "2027-01-01 00 2027-01-01 01 hour");
        assert_eq!(span("to=2024-01-01"), "2024-01-01 00 2024-01-02 00 hour");
        assert_eq!(span("from=2000-01-01&to=2199-12-31"), "2000-01-01 00 2200-01-01 00 month");
    }

    #[test]
    fn a_short_history_is_not_padded() {
        assert_eq!(
            span(&resolve("", "2026-06-30", Some(("2026-06-28", "2026-06-28")), &[])),
            "2026-06-28 00 2026-06-29 00 hour"
        );
    }

    #[test]
    fn without_logs_the_range_ends_today() {
        assert_eq!(span(&resolve("", "2026-06-30", None, &[])), "2026-04-02 00 2026-07-01 00 day");
    }

    #[test]
    fn a_wrong_clock_does_not_move_the_range() {
        assert_eq!(
            span(&resolve("range=7d", "2026-06-30", Some(("2026-01-01", "2099-01-01")), &[])),
            "2026-06-24 00 2026-07-01 00 day"
        );
    }

    #[test]
    fn a_frame_tells_when_it_had_to_be_coarser() {
        let frame = resolve("grain=hour&range=1y", "2026-06-30", Some(("2025-01-01", "2026-06-30")), &[]);
        assert_eq!((frame.grain, frame.asked_grain), (Grain::Day, Some(Grain::Hour)));
        assert_eq!(resolve("grain=week", "2026-06-30", None, &[]).asked_grain, None);
    }

    #[test]
    fn points_have_no_gaps_and_cover_the_frame() {
        let frame = resolve("from=2026-06-24&to=2026-07-07&grain=week", "2026-06-30", None, &[]);
        let days: Vec<_> = frame.times().iter().map(|t| t.date_naive().to_string()).collect();
        assert_eq!(days, ["2026-06-22", "2026-06-29", "2026-07-06"]);
    }

    #[test]
    fn the_default_deadline_is_the_next_that_speaks_about_the_data() {
        let logged = Some(("2026-01-01", "2026-06-30"));
        let aws = deadline(1, "2023-12-31", Some(Scope::Aws), &[]);
        let older = deadline(2, "2018-06-30", None, &[]);
        let search = deadline(3, "2026-04-20", None, &["es"]);
        let own = deadline(4, "2026-09-01", None, &[]);
        let later = deadline(5, "2027-01-01", None, &[]);
        let balancers = deadline(6, "2026-08-01", Some(Scope::Customer), &[]);
        let one = deadline(7, "2026-07-15", Some(Scope::Aws), &["s3"]);
        let chosen = |query, deadlines: &[&Deadline]| {
            let deadlines: Vec<Deadline> = deadlines.iter().map(|d| (*d).clone()).collect();
            resolve(query, "2026-06-30", logged, &deadlines).deadline.map(|d| d.id)
        };
        assert_eq!(chosen("", &[]), None);
        assert_eq!(chosen("", &[&older, &aws, &search]), Some(1));
        assert_eq!(chosen("service=es", &[&older, &aws, &search]), Some(3));
        assert_eq!(chosen("", &[&aws, &later, &own, &balancers]), Some(4));
        assert_eq!(chosen("", &[&aws, &one]), Some(7));
        assert_eq!(chosen("", &[&aws, &one, &own]), Some(4));
        assert_eq!(chosen("deadline=2", &[&aws, &older]), Some(2));
        assert_eq!(chosen("", &[&balancers]), None);
    }

    #[test]
    fn a_deadline_that_does_not_exist_is_named() {
        let known = Known { today: day("2026-06-30"), logged: None, deadlines: &[], services: &[] };
        let why = View { deadline: Some(9), ..View::default() }.frame(&known).unwrap_err();
        assert_eq!(why, "There is no deadline number 9: choose one of the list.");
    }
}
