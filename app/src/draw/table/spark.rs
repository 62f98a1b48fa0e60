//! A small line of numbers, drawn by the server as by the browser.

use leptos::prelude::*;
use std::fmt::Write;

const HEIGHT: f64 = 20.0;

/// Decoration: the numbers stand beside it.
pub(crate) fn spark(numbers: &[i64]) -> AnyView {
    let width = numbers.len().max(2) - 1;
    view! {
        <svg class="spark" viewBox=format!("0 0 {width} {HEIGHT}") preserveAspectRatio="none" aria-hidden="true">
            <path d=area(numbers)/>
        </svg>
    }
    .into_any()
}

fn area(numbers: &[i64]) -> String {
    let most = numbers.iter().copied().max().unwrap_or(0).max(1) as f64;
    let mut path = format!("M0 {HEIGHT}");
    for (x, n) in numbers.iter().enumerate() {
        let y = HEIGHT - (*n).max(0) as f64 / most * (HEIGHT - 1.0);
        // Writing to a String cannot fail.
        let _ = write!(path, "L{x} {y:.1}");
    }
    let _ = write!(path, "L{} {HEIGHT}Z", numbers.len().saturating_sub(1));
    path
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_largest_number_reaches_the_top() {
        assert_eq!(super::area(&[0, 10, 5]), "M0 20L0 20.0L1 1.0L2 10.5L2 20Z");
        assert_eq!(super::area(&[]), "M0 20L0 20Z");
    }
}
