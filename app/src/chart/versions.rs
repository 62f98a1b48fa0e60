//! All calls by TLS version, as parts of the whole.

use super::{
    axis::{self, Span, Unit, middle},
    mark, percent, point,
    series::Drawn,
};
use crate::model::{tls::TlsVersion, trend::Versions};
use charming::{Chart, datatype::DataPoint};

/// A CSS colour: the same in chart, table and legend.
pub fn tls_colour(version: TlsVersion) -> String {
    format!("var(--tls-{})", version.as_str().replace('.', "-"))
}

/// 100 % stacked, oldest version below. What is unknown is hatched: it is neither good nor bad.
pub fn versions(versions: &Versions) -> Chart {
    let grain = versions.frame.grain;
    let span = Span::of(&versions.frame).covering(&versions.times, grain);
    let mut chart = axis::frame(span, grain, Unit::Whole);
    chart = mark::without_logs(chart, &versions.times, &versions.without_logs, grain);
    let totals: Vec<i64> =
        (0..versions.times.len()).map(|i| versions.series.iter().filter_map(|(_, calls)| calls.get(i)).sum()).collect();
    for (version, calls) in &versions.series {
        let values = versions.times.iter().zip(calls.iter().zip(&totals));
        let data = values.map(|(time, (n, total))| point(middle(*time, grain), percent(*n, *total))).collect();
        chart = part(*version, data).stack_on(chart);
    }
    mark::dates(chart, &versions.frame, span)
}

fn part(version: TlsVersion, data: Vec<DataPoint>) -> Drawn {
    let colour = tls_colour(version);
    let colour = if version == TlsVersion::Unknown { colour.replace("var", "hatch") } else { colour };
    Drawn { id: format!("{} {version}", version as u8), name: name(version), colour, data }
}

fn name(version: TlsVersion) -> String {
    match version {
        TlsVersion::Ssl3 => "SSL 3".into(),
        TlsVersion::None => "no TLS".into(),
        TlsVersion::Unknown => "unknown".into(),
        numbered => format!("TLS {numbered}"),
    }
}

#[cfg(test)]
mod tests {
    use super::{super::fixture, *};

    #[test]
    fn parts_of_the_whole() {
        insta::assert_json_snapshot!(serde_json::to_value(versions(&fixture::versions(2))).expect("JSON"));
    }

    #[test]
    fn without_calls_there_is_no_share() {
        let mut model = fixture::versions(1);
        for (_, calls) in &mut model.series {
            calls[0] = 0;
        }
        let option = serde_json::to_value(versions(&model)).expect("JSON");
        assert!(option["series"][0]["data"][0][1].is_null());
    }

    #[test]
    fn colours_are_named_after_the_version() {
        assert_eq!(tls_colour(TlsVersion::Tls10), "var(--tls-1-0)");
        assert_eq!(tls_colour(TlsVersion::Unknown), "var(--tls-unknown)");
    }
}
