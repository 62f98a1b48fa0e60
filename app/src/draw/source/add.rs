//! The form that connects a bucket.

use crate::{
    api::{BucketForm, Fragment, refill},
    draw::{html, page::refused},
};
use leptos::prelude::*;

/// `endpoints`: stores other than AWS that may be chosen.
pub(crate) fn add(endpoints: &[String], query: &str) -> Fragment {
    let form: BucketForm = refill::of_query(query).unwrap_or_default();
    let stores = (!endpoints.is_empty()).then(|| {
        let each =
            endpoints.iter().map(|endpoint| view! { <option value=endpoint.clone() selected=*endpoint == form.endpoint>{endpoint.clone()}</option> });
        view! {
            <label>"Store"
                <select name="form[endpoint]"><option value="">"AWS"</option>{each.collect_view()}</select>
            </label>
        }
    });
    let fields = view! {
        <label class="half">"Bucket"
            <input name="form[name]" value=form.name required maxlength="1100" placeholder="my-trail-bucket, or s3://my-trail-bucket/AWSLogs/"
                autocapitalize="none" autocomplete="off" spellcheck="false"/>
        </label>
        <label>"Prefix (empty: all of it)"
            <input name="form[prefix]" value=form.prefix maxlength="1024" placeholder="AWSLogs/" autocapitalize="none" autocomplete="off" spellcheck="false"/>
        </label>
        <label>"Region (empty: found out)"
            <input name="form[region]" value=form.region maxlength="32" placeholder="eu-west-1" autocapitalize="none" autocomplete="off" spellcheck="false"/>
        </label>
        {stores}
        <label class="half">"Role to assume, for a bucket of another account"
            <input name="form[role_arn]" value=form.role_arn maxlength="2048" placeholder="arn:aws:iam::111122223333:role/LogReader"
                autocapitalize="none" autocomplete="off" spellcheck="false"/>
        </label>
        <label>"External id, if the role asks for one"
            <input name="form[external_id]" value=form.external_id maxlength="1224" autocapitalize="none" autocomplete="off" spellcheck="false"/>
        </label>
        <label class="tick">
            <input type="checkbox" name="form[requester_pays]" value="yes" checked=!form.requester_pays.is_empty()/>
            "Pay for the requests (“requester pays”)"
        </label>
        <button type="submit" class="main">"Connect and look"</button>
    };
    html(
        view! {
            <section class="panel" aria-labelledby="add-title" id=BucketForm::PLACE>
                <header><h2 id="add-title">"Add a bucket"</h2></header>
                {refused(query)}
                <p class="hint">
                    "Credentials come from the server's environment, never from this form. Connecting reads no log: the next page "
                    "shows what lies there."
                </p>
                <form method="post" action="/fn/connect_bucket" class="fields">{fields}</form>
            </section>
        }
        .into_any(),
    )
}
