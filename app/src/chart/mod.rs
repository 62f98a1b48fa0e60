//! Pure functions from the model to a `charming::Chart`.
//!
//! The option is plain JSON. What JSON cannot say is written as text that `frontend/src/option.js` completes, in the browser
//! and on the server: `var(--x)` and `hatch(--x)` are colours of the page, `format:x` is a formatter. Users' texts are only
//! ever series names and ids, which ECharts escapes and the glue leaves alone.

mod axis;
mod mark;
mod open;
mod series;
mod trend;
mod versions;

#[cfg(test)]
#[cfg(test)]
mod fixture;

pub use open::open_callers;
pub use trend::{Shown, shown, still, trend};
pub use versions::{tls_colour, versions};

use charming::{
    Chart,
    datatype::{CompositeValue, DataPoint},
};

/// The option as JSON. (`Chart`'s own `Display` is pretty-printed and lets texts become code.)
pub fn json(chart: &Chart) -> String {
    serde_json::to_string(chart).unwrap_or_default()
}

/// A number at a time in milliseconds; `None` where it is not known.
fn point(time: i64, value: Option<f64>) -> DataPoint {
    DataPoint::Value(CompositeValue::Array(vec![time.into(), value.into()]))
}

/// Rounded: more digits than a tooltip shows only make the page heavier.
fn percent(part: i64, whole: i64) -> Option<f64> {
    (whole > 0).then(|| (part as f64 / whole as f64 * 1e5).round() / 1e3)
}
