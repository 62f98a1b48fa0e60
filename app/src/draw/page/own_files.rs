//! How to get one's own files.

use chrono::{Months, NaiveDate};
use leptos::prelude::*;

/// How to get one's files.
pub(crate) fn own_files(today: NaiveDate) -> AnyView {
    view! {
        <section class="panel" aria-labelledby="own-title">
            <header><h2 id="own-title">"How to get your CloudTrail files"</h2></header>
            <p>"With the AWS command line, here for this month and the one before; then drop the folder above:"</p>
            <div class="copyable">
                <pre class="copy" tabindex="0">{sync(today)}</pre>
                <button type="button" class="needs-js" data-copy><span aria-live="polite">"Copy"</span></button>
            </div>
            <p class="hint">
                "Which bucket it is: "<code>"aws cloudtrail describe-trails --query 'trailList[].S3BucketName'"</code>
            </p>
            <p>"In the console, without a trail:"</p>
            <ol>
                <li>"Open CloudTrail, then Event history (it keeps 90 days, management events only)."</li>
                <li>"Choose Download events, then Download as JSON. The CSV has no TLS details."</li>
                <li>"Drop the file above."</li>
            </ol>
            <p class="hint">
                "Files may stay as they are: .json, .gz, .zst, .bz2, .zip, .tar and any nesting of them. Digest and Insight "
                "files are skipped."
            </p>
        </section>
    }
    .into_any()
}

/// The command for the current month and the one before it.
fn sync(today: NaiveDate) -> String {
    let before = today.checked_sub_months(Months::new(1));
    let months = before
        .into_iter()
        .chain([today])
        .map(|month| format!("--include '*/CloudTrail/*/{}/*'", month.format("%Y/%m")));
    let lines = ["aws s3 sync s3://BUCKET/AWSLogs/ ./cloudtrail".to_owned(), "--exclude '*'".to_owned()];
    lines.into_iter().chain(months).collect::<Vec<_>>().join(" \\\n  ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_names_this_month_and_the_one_before() {
        let new_year = NaiveDate::from_ymd_opt(2027, 1, 31).unwrap();
        assert_eq!(
            sync(new_year),
            "aws s3 sync s3://BUCKET/AWSLogs/ ./cloudtrail \\\n  --exclude '*' \\\n  \
             --include '*/CloudTrail/*/2026/12/*' \\\n  --include '*/CloudTrail/*/2027/01/*'"
        );
    }
}
