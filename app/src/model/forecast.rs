//! When open callers reach zero.
//!
//! The Theil–Sen slope (median of the slopes between all pairs of days) of the number of open callers per day over the
//! last eight weeks, carried from today's number to zero. The band comes from a block bootstrap: blocks of seven
//! residuals are drawn anew, with a fixed seed, and the middle 80 % of the slopes that they give are carried to zero too.
//! Days without logs take no part.

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

/// When the number of open callers reaches zero, if it goes on as in the last eight weeks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Forecast {
    /// Zero is reached on `zero`; with 80 % between `early` and `late` (`None`: not within ten years).
    Zero {
        zero: NaiveDate,
        early: NaiveDate,
        late: Option<NaiveDate>,
        /// Callers per day; negative.
        per_day: f64,
    },
    /// Nothing is open any more.
    Reached,
    None(NoForecast),
}

/// Why there is no forecast.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoForecast {
    /// The slope is flat or rising (or so flat that zero is more than ten years away).
    NotFalling,
    /// Fewer than 14 covered days in the last eight weeks.
    TooFewDays,
    /// Less than 90 % of the last eight weeks is covered.
    LowCoverage,
}

/// Days that a forecast looks back on: eight weeks.
pub const LOOK_BACK: usize = 56;

const LEAST_DAYS: usize = 14;
const LEAST_COVERAGE: f64 = 0.9;
const FARTHEST_DAYS: f64 = 3653.0;
const BLOCK: usize = 7;
const DRAWS: usize = 200;
const SEED: u64 = 0x5eed;

/// `open` has one number per day and ends on `as_of`, `without_logs` goes with it; only the last [`LOOK_BACK`] days count.
/// `coverage` is the covered share of these days' account-region-days.
pub fn forecast(as_of: NaiveDate, open: &[u32], without_logs: &[bool], coverage: Option<f64>) -> Forecast {
    let now = open.last().copied().unwrap_or(0);
    if now == 0 {
        return Forecast::Reached;
    }
    let skipped = open.len().saturating_sub(LOOK_BACK);
    let series: Vec<(f64, f64)> = open
        .iter()
        .zip(without_logs)
        .enumerate()
        .skip(skipped)
        .filter(|(_, (_, without_logs))| !**without_logs)
        .map(|(day, (open, _))| (day as f64, f64::from(*open)))
        .collect();
    if series.len() < LEAST_DAYS {
        return Forecast::None(NoForecast::TooFewDays);
    }
    if coverage.is_none_or(|share| share < LEAST_COVERAGE) {
        return Forecast::None(NoForecast::LowCoverage);
    }
    let per_day = slope(&series);
    let Some(zero) = carry(as_of, now, per_day) else { return Forecast::None(NoForecast::NotFalling) };
    let (steep, flat) = band(&series, per_day);
    let early = carry(as_of, now, steep).map_or(zero, |early| early.min(zero));
    let late = carry(as_of, now, flat).map(|late| late.max(zero));
    Forecast::Zero { zero, early, late, per_day }
}

/// The day on which `now` open callers are zero when they change by `per_day`.
fn carry(as_of: NaiveDate, now: u32, per_day: f64) -> Option<NaiveDate> {
    let days = f64::from(now) / -per_day;
    let days = (per_day < 0.0 && days <= FARTHEST_DAYS).then_some(days.ceil())?;
    as_of.checked_add_days(Days::new(days as u64))
}

/// Theil–Sen.
fn slope(series: &[(f64, f64)]) -> f64 {
    let pairs = series.iter().enumerate().flat_map(|(n, a)| series[n + 1..].iter().map(move |b| (a, b)));
    median(pairs.map(|(a, b)| (b.1 - a.1) / (b.0 - a.0)).collect())
}

fn median(mut numbers: Vec<f64>) -> f64 {
    quantile(&mut numbers, 0.5)
}

/// The number below which this share of all lies.
fn quantile(numbers: &mut [f64], share: f64) -> f64 {
    let Some(last) = numbers.len().checked_sub(1) else { return 0.0 };
    let at = ((last as f64) * share).round() as usize;
    *numbers.select_nth_unstable_by(at, f64::total_cmp).1
}

/// The 10 % and the 90 % quantile of the slopes of resampled series.
fn band(series: &[(f64, f64)], slope_of_all: f64) -> (f64, f64) {
    let level = median(series.iter().map(|(x, y)| y - slope_of_all * x).collect());
    let residuals: Vec<f64> = series.iter().map(|(x, y)| y - slope_of_all * x - level).collect();
    let mut random = SplitMix(SEED);
    let mut slopes: Vec<f64> = (0..DRAWS)
        .map(|_| {
            let drawn = draw(&residuals, &mut random);
            let resampled: Vec<_> = series.iter().zip(drawn).map(|((x, _), r)| (*x, slope_of_all * x + r)).collect();
            slope(&resampled)
        })
        .collect();
    (quantile(&mut slopes, 0.1), quantile(&mut slopes, 0.9))
}

/// As many residuals again, in blocks of neighbours.
fn draw(residuals: &[f64], random: &mut SplitMix) -> Vec<f64> {
    let mut drawn = Vec::with_capacity(residuals.len() + BLOCK);
    while drawn.len() < residuals.len() {
        let start = random.below(residuals.len() - BLOCK + 1);
        drawn.extend_from_slice(&residuals[start..start + BLOCK]);
    }
    drawn.truncate(residuals.len());
    drawn
}

/// A small generator that gives the same numbers on every machine (Steele, Lea, Flood: "Fast splittable pseudorandom
/// number generators", 2014).
struct SplitMix(u64);

impl SplitMix {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn covered(as_of: NaiveDate, open: &[u32]) -> Forecast {
        forecast(as_of, open, &vec![false; open.len()], Some(1.0))
    }

    /// 100 open callers eight weeks ago, one less each day.
    fn falling() -> Vec<u32> {
        (0..56).map(|n| 100 - n).collect()
    }

    #[test]
    fn a_straight_line_is_carried_on() {
        let as_of = day("2026-07-01");
        let zero = day("2026-08-15");
        let expected = Forecast::Zero { zero, early: zero, late: Some(zero), per_day: -1.0 };
        assert_eq!(covered(as_of, &falling()), expected);
    }

    #[test]
    fn one_wild_day_changes_nothing() {
        let mut open = falling();
        open[20] = 100_000;
        let Forecast::Zero { zero, .. } = covered(day("2026-07-01"), &open) else { panic!("{open:?}") };
        assert_eq!(zero, day("2026-08-15"));
    }

    #[test]
    fn the_band_holds_the_forecast_and_widens_with_noise() {
        let noisy: Vec<u32> = falling().iter().enumerate().map(|(n, open)| open + (n * n * 31 % 61) as u32).collect();
        let Forecast::Zero { zero, early, late, .. } = covered(day("2026-07-01"), &noisy) else { panic!() };
        assert!(early < zero && Some(zero) < late, "{early} {zero} {late:?}");
    }

    #[test]
    fn every_refusal_has_its_reason() {
        let as_of = day("2026-07-01");
        let none = |reason| Forecast::None(reason);
        assert_eq!(covered(as_of, &[5; 56]), none(NoForecast::NotFalling));
        assert_eq!(covered(as_of, &(1..=56).collect::<Vec<_>>()), none(NoForecast::NotFalling));
        assert_eq!(covered(as_of, &falling()[..13]), none(NoForecast::TooFewDays));
        assert_eq!(forecast(as_of, &falling(), &[false; 56], Some(0.89)), none(NoForecast::LowCoverage));
        assert_eq!(forecast(as_of, &falling(), &[false; 56], None), none(NoForecast::LowCoverage));
        let mut without_logs = [true; 56];
        without_logs[40..53].fill(false);
        assert_eq!(forecast(as_of, &falling(), &without_logs, Some(1.0)), none(NoForecast::TooFewDays));
        assert_eq!(covered(as_of, &[3, 2, 1, 0]), Forecast::Reached);
        assert_eq!(covered(as_of, &[]), Forecast::Reached);
    }

    #[test]
    fn only_eight_weeks_count() {
        let rising_before: Vec<u32> = (0..100).chain(falling()).collect();
        assert_eq!(covered(day("2026-07-01"), &rising_before), covered(day("2026-07-01"), &falling()));
    }

    fn series() -> impl Strategy<Value = Vec<u32>> {
        (1_u32..200, prop::collection::vec(0_u32..20, 56)).prop_map(|(start, noise)| {
            noise.iter().enumerate().map(|(n, noise)| (start + noise).saturating_sub(n as u32)).collect()
        })
    }

    proptest! {
        // Each case draws hundreds of series.
        #![proptest_config(ProptestConfig::with_cases(16))]

        #[test]
        fn shifting_the_calendar_shifts_the_answer(open in series(), shift in 0_u64..5000) {
            let (then, now) = (day("2020-01-01"), day("2020-01-01") + Days::new(shift));
            match (covered(then, &open), covered(now, &open)) {
                (Forecast::Zero { zero: a, .. }, Forecast::Zero { zero: b, .. }) => {
                    prop_assert_eq!(a + Days::new(shift), b);
                }
                (a, b) => prop_assert_eq!(a, b),
            }
        }

        #[test]
        fn more_callers_at_the_same_rate_of_change_take_as_long(open in series(), factor in 2_u32..9) {
            let as_of = day("2020-01-01");
            let scaled: Vec<u32> = open.iter().map(|n| n * factor).collect();
            match (covered(as_of, &open), covered(as_of, &scaled)) {
                (Forecast::Zero { zero: a, .. }, Forecast::Zero { zero: b, .. }) => {
                    // Rounding up to a whole day may fall on either side.
                    prop_assert!((a - b).num_days().abs() <= 1, "{} {}", a, b);
                }
                (a, b) => prop_assert_eq!(a, b),
            }
        }

        #[test]
        fn more_open_callers_never_end_earlier(open in series(), more in 1_u32..50) {
            let as_of = day("2020-01-01");
            let raised: Vec<u32> = open.iter().map(|n| n + more).collect();
            if let (Forecast::Zero { zero: a, .. }, Forecast::Zero { zero: b, .. }) = (covered(as_of, &open), covered(as_of, &raised)) {
                prop_assert!(a <= b, "{} {}", a, b);
            }
        }

        #[test]
        fn the_answer_lies_in_its_band(open in series()) {
            if let Forecast::Zero { zero, early, late, per_day } = covered(day("2020-01-01"), &open) {
                prop_assert!(early <= zero && late.is_none_or(|late| zero <= late) && per_day < 0.0);
            }
        }
    }
}
