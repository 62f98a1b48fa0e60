//! In which months a trail has log files.

use super::{Trail, within};
use crate::source::bucket::{Bucket, Trouble};
use app::model::source::BucketChoice;
use chrono::{Datelike as _, Months, NaiveDate};
use std::{collections::BTreeSet, iter::successors};

/// A chosen range of so many months at most is listed as it is: looking first would take as many requests.
const FEW: usize = 3;

/// The months that are chosen of a trail, by their first days, oldest first. A long range, or one that is open, is looked at from
/// above, by the folders of years and months: what has none costs nothing, as those after an account was closed.
///
/// # Errors
/// When the trail cannot be listed.
pub async fn months(
    bucket: &Bucket,
    trail: &Trail,
    choice: &BucketChoice,
    today: NaiveDate,
) -> Result<Vec<NaiveDate>, Trouble> {
    let range = Range::of(choice, today);
    if let Some(few) = range.few() {
        return Ok(few);
    }
    // The prefix may end within a trail.
    let Some(start) = within(&bucket.place.prefix, &trail.folder) else { return Ok(Vec::new()) };
    let mut found = BTreeSet::new();
    let mut left = vec![start.to_owned()];
    while let Some(folder) = left.pop() {
        match Level::of(trail, &folder) {
            Some(Level::Month(month)) => found.extend(range.has_month(month).then_some(month)),
            Some(Level::Year(year)) if !range.has_year(year) => {}
            Some(Level::Year(_) | Level::Trail) => {
                let below = bucket.folders(&folder).await?;
                left.extend(below.into_iter().filter(|below| *below != folder));
            }
            None => {}
        }
    }
    Ok(found.into_iter().collect())
}

/// Requests that listing takes of a trail with so many log files, on the days from and to which there are any.
pub(super) fn list_requests(
    choice: &BucketChoice,
    today: NaiveDate,
    days: Option<(NaiveDate, NaiveDate)>,
    objects: f64,
) -> f64 {
    let range = Range::of(choice, today);
    let pages = (objects / 1000.0).floor();
    if let Some(few) = range.few() {
        return few.len() as f64 + pages;
    }
    let there = days.and_then(|(first, last)| {
        let first = range.first.map_or(first, |from| from.max(first));
        (first <= range.last).then(|| Range { first: Some(first), last: range.last.min(last) })
    });
    let months: Vec<NaiveDate> = there.iter().flat_map(Range::months).collect();
    let years: BTreeSet<i32> = months.iter().map(NaiveDate::year).collect();
    // The years', then the months' of each, then at least a page for each month.
    (1 + years.len() + months.len()) as f64 + pages
}

/// Days, the last one included.
struct Range {
    first: Option<NaiveDate>,
    last: NaiveDate,
}

impl Range {
    fn of(choice: &BucketChoice, today: NaiveDate) -> Self {
        Self { first: choice.from, last: choice.to.map_or(today, |to| to.min(today)) }
    }

    /// All of its months, if they are few.
    fn few(&self) -> Option<Vec<NaiveDate>> {
        self.first?;
        let months: Vec<NaiveDate> = self.months().take(FEW + 1).collect();
        (months.len() <= FEW).then_some(months)
    }

    /// Of a range with a beginning.
    fn months(&self) -> impl Iterator<Item = NaiveDate> {
        let last = self.last;
        let first = self.first.filter(|first| *first <= last).and_then(|first| first.with_day(1));
        successors(first, |month| month.checked_add_months(Months::new(1))).take_while(move |month| *month <= last)
    }

    fn has_month(&self, month: NaiveDate) -> bool {
        self.first.and_then(|first| first.with_day(1)).is_none_or(|first| first <= month) && month <= self.last
    }

    fn has_year(&self, year: i32) -> bool {
        self.first.is_none_or(|first| first.year() <= year) && year <= self.last.year()
    }
}

/// How deep within a trail a folder lies, or a prefix that ends within a name.
#[derive(Debug, PartialEq, Eq)]
enum Level {
    Trail,
    Year(i32),
    /// Or within one.
    Month(NaiveDate),
}

impl Level {
    /// `None` where no log files are.
    fn of(trail: &Trail, folder: &str) -> Option<Self> {
        let below = folder.strip_prefix(&trail.folder)?;
        let whole = below.rfind('/').map_or("", |end| &below[..end]);
        let number = |part: &str, digits: usize| {
            let is_number = part.len() == digits && part.bytes().all(|b| b.is_ascii_digit());
            is_number.then(|| part.parse::<u32>().ok()).flatten()
        };
        let mut parts = whole.split('/');
        match (parts.next().filter(|year| !year.is_empty()), parts.next()) {
            (None, _) => Some(Self::Trail),
            (Some(year), None) => Some(Self::Year(i32::try_from(number(year, 4)?).ok()?)),
            (Some(year), Some(month)) => {
                let (year, month) = (i32::try_from(number(year, 4)?).ok()?, number(month, 2)?);
                Some(Self::Month(NaiveDate::from_ymd_opt(year, month, 1)?))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn choice(from: &str, to: &str) -> BucketChoice {
        BucketChoice { from: from.parse().ok(), to: to.parse().ok(), ..BucketChoice::default() }
    }

    #[test]
    fn folders_tell_how_deep_they_lie() {
        let folder = "AWSLogs/111122223333/CloudTrail/eu-west-1/".to_owned();
        let trail = Trail { folder, organization: None, account: String::new(), region: String::new() };
        let level = |below: &str| Level::of(&trail, &format!("{}{below}", trail.folder));
        let june = || Some(Level::Month(day("2023-06-01")));
        assert_eq!((level(""), level("20")), (Some(Level::Trail), Some(Level::Trail)));
        assert_eq!((level("2023/"), level("2023/0")), (Some(Level::Year(2023)), Some(Level::Year(2023))));
        assert_eq!((level("2023/06/"), level("2023/06/28/"), level("2023/06/28/1")), (june(), june(), june()));
        assert_eq!((level("latest/"), level("2023/13/"), level("+023/")), (None, None, None));
        assert_eq!(Level::of(&trail, "AWSLogs/"), None);
    }

    #[test]
    fn a_few_chosen_months_are_not_looked_for() {
        let today = day("2026-03-05");
        let few = |from, to| Range::of(&choice(from, to), today).few().map(|months| months.len());
        assert_eq!(few("2023-06-30", "2023-08-01"), Some(3));
        assert_eq!(few("2023-06-30", "2023-09-01"), None);
        assert_eq!(few("2026-01-31", ""), Some(3), "until today");
        assert_eq!(few("2026-03-06", ""), Some(0), "nothing is to come");
        assert_eq!(few("", "2023-08-01"), None, "nobody knows how many");
    }

    #[test]
    fn requests_follow_what_is_there() {
        let today = day("2026-03-05");
        let closed = Some((day("2019-11-20"), day("2020-02-03")));
        let all = choice("", "");
        assert_eq!(list_requests(&all, today, closed, 100.0), 1.0 + 2.0 + 4.0);
        assert_eq!(list_requests(&all, today, closed, 2100.0), 9.0);
        assert_eq!(list_requests(&choice("2020-01-01", ""), today, closed, 1.0), 1.0 + 1.0 + 2.0);
        assert_eq!(list_requests(&choice("2022-01-01", ""), today, closed, 0.0), 1.0);
        assert_eq!(list_requests(&choice("2020-01-01", "2020-03-31"), today, closed, 0.0), 3.0);
        assert_eq!(list_requests(&all, today, None, 0.0), 1.0);
    }
}
