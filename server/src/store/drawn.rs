//! Charts for pages without scripts.

use crate::drawing::{Drawing, Size, Theme};
use app::{
    chart,
    model::trend::{DrawnTrend, Trend},
};

/// As wide as half of a wide screen, which is what the chart has there; elsewhere it is scaled.
const WIDE: Size = Size { width: 640, height: 240 };

/// A phone held upright, and a column of a printed page.
const NARROW: Size = Size { width: 340, height: 210 };

pub(super) async fn drawn(drawing: &Drawing, trend: &Trend) -> Option<DrawnTrend> {
    let option = chart::json(&chart::still(trend));
    let draw = |size| drawing.svg(option.clone(), size, Theme::Page);
    let (wide, narrow) = tokio::join!(draw(WIDE), draw(NARROW));
    match (wide, narrow) {
        (Ok(wide), Ok(narrow)) => Some(DrawnTrend { wide: wide.to_string(), narrow: narrow.to_string() }),
        (Err(error), _) | (_, Err(error)) => {
            drawing.note(&error);
            None
        }
    }
}
