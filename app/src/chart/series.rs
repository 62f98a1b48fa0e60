//! How numbers are drawn: bars, areas, lines.

use charming::{
    Chart,
    datatype::DataPoint,
    element::{AreaStyle, Emphasis, EmphasisFocus, ItemStyle, LineStyle, Step},
    series::{Bar, Line},
};

/// Up to this many buckets are drawn as bars, more as an area: bars below two pixels turn to mush.
pub(super) const BARS: usize = 200;

/// Up to this many buckets, each has a dot on its line.
const DOTS: usize = 40;

/// One series of a chart.
pub(super) struct Drawn {
    pub id: String,
    pub name: String,
    /// A colour as in `chart/mod.rs`; `hatch(…)` for what is neither good nor bad.
    pub colour: String,
    pub data: Vec<DataPoint>,
}

impl Drawn {
    /// Adds the series on top of those before it.
    pub(super) fn stack_on(self, chart: Chart) -> Chart {
        if self.data.len() > BARS { chart.series(self.area()) } else { chart.series(self.bar()) }
    }

    pub(super) fn line(self) -> Line {
        Line::new()
            .id(self.id)
            .name(self.name)
            .show_symbol(self.data.len() <= DOTS)
            .symbol_size(5)
            .line_style(LineStyle::new().color(self.colour.as_str()).width(2))
            .item_style(ItemStyle::new().color(self.colour.as_str()))
            .emphasis(Emphasis::new().focus(EmphasisFocus::Series))
            .data(self.data)
    }

    fn area(self) -> Line {
        let plain = self.colour.replace("hatch", "var");
        self.line()
            .stack("calls")
            .step(Step::Middle)
            .line_style(LineStyle::new().width(0))
            .area_style(AreaStyle::new().color(plain.as_str()).opacity(1))
    }

    fn bar(self) -> Bar {
        Bar::new()
            .id(self.id)
            .name(self.name)
            .stack("calls")
            .item_style(ItemStyle::new().color(self.colour.as_str()))
            .emphasis(Emphasis::new().focus(EmphasisFocus::Series))
            .data(self.data)
    }
}
