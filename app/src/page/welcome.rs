//! What stands where there is no log yet: what this is, and the ways in.

use crate::part::upload::drop_zone;
use leptos::prelude::*;

pub(crate) fn welcome() -> AnyView {
    view! {
        <div class="welcome">
            <h1>"Who still calls with TLS 1.0 or 1.1, and will they stop before the deadline?"</h1>
            <p class="lead">
                "TLS Sunset reads your CloudTrail log files, counts every call once by its TLS version, and shows per service "
                "how the deprecated ones go down, who makes them, and when they reach zero. Everything stays on this machine."
            </p>
            {drop_zone()}
            <div class="pair">
                {demo()}
                {own_files()}
            </div>
        </div>
    }
    .into_any()
}

fn demo() -> AnyView {
    view! {
        <section class="panel" aria-labelledby="demo-title">
            <header><h2 id="demo-title">"Just looking?"</h2></header>
            <p>
                "The demo is a made-up trail of a year: a few accounts, some thirty services, callers that get fixed one "
                "after another and some that do not. It comes in like any upload and can be removed like any."
            </p>
            <form method="post" action="/fn/load_demo">
                <button type="submit" class="main">"Load demo data"</button>
            </form>
        </section>
    }
    .into_any()
}

const SYNC: &str = "aws s3 sync s3://BUCKET/AWSLogs/ ./cloudtrail \\\n  --exclude '*' \\\n  --include '*/CloudTrail/*/2026/10/*' \\\n  --include '*/CloudTrail/*/2026/11/*'";

/// How to get one's files.
pub(crate) fn own_files() -> AnyView {
    view! {
        <section class="panel" aria-labelledby="own-title">
            <header><h2 id="own-title">"How to get your CloudTrail files"</h2></header>
            <p>"With the AWS command line, for the months that you name; then drop the folder above:"</p>
            <pre class="copy" tabindex="0">{SYNC}</pre>
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
