//! `/api/v1/callers` and `/api/v1/open-callers`

use crate::http::{
    access::Acting,
    api::{
        answer::{Form, csv_stream},
        query::Query,
        row::row,
    },
    problem::Problem,
};
use app::{
    model::{
        call::Scope,
        caller::{CallerRow, PAGE_SIZE},
        forecast::Forecast,
        open::OpenCallers,
        tls::TlsVersion,
    },
    store::Store,
    view::{Page, View},
};
use axum::{
    http::{HeaderValue, header::LINK},
    response::Response,
};
use chrono::{DateTime, NaiveDate, Utc};
use futures::{Stream, stream};
use serde::Serialize;
use std::sync::Arc;

row!(Caller {
    scope: Scope,
    account: String,
    service: String,
    principal: String,
    user_agent: String,
    source_address: String,
    tls_versions: Vec<TlsVersion>,
    calls: i64,
    first_seen: DateTime<Utc>,
    last_seen: DateTime<Utc>,
    open: bool,
});

/// JSON comes page by page, with links to the others; CSV holds every caller.
pub(crate) async fn callers(Acting(store): Acting, Query(view): Query, form: Form) -> Result<Response, Problem> {
    if form == Form::Csv {
        return csv_stream("callers", all(store, view)).await;
    }
    let page = store.callers(&view).await?;
    let rows: Vec<_> = page.rows.into_iter().map(Caller::from).collect();
    let mut response = form.rows("callers", &rows);
    let headers = response.headers_mut();
    if let Some(links) = links(&view, page.page, page.total).and_then(|l| HeaderValue::from_str(&l).ok()) {
        headers.insert(LINK, links);
    }
    headers.insert("x-total-count", page.total.into());
    Ok(response)
}

/// So many are asked for at once where all are wanted: each question sorts all callers anew.
const BATCH: u32 = 5000;

/// Every caller, batch by batch.
fn all(store: Arc<dyn Store>, view: View) -> impl Stream<Item = Result<Vec<Caller>, Problem>> + Send {
    stream::try_unfold(Some(1), move |number: Option<u32>| {
        let (store, view) = (store.clone(), view.clone());
        async move {
            let Some(number) = number else { return Ok(None) };
            let page = store.callers_by(&View { page: Page::new(number), ..view }, BATCH).await?;
            let next = (i64::from(number) * i64::from(BATCH) < page.total).then(|| number + 1);
            Ok(Some((page.rows.into_iter().map(Caller::from).collect(), next)))
        }
    })
}

impl From<CallerRow> for Caller {
    fn from(row: CallerRow) -> Self {
        let CallerRow { scope, account, service, principal, user_agent, source_address, .. } = row;
        Self {
            scope,
            account,
            service,
            principal,
            user_agent,
            source_address,
            tls_versions: row.tls_versions,
            calls: row.calls,
            first_seen: row.first_seen,
            last_seen: row.last_seen,
            open: row.open,
        }
    }
}

/// RFC 8288 links to the pages around `page`; `None` where one page holds all.
fn links(view: &View, page: u32, total: i64) -> Option<String> {
    let last = u32::try_from(total.max(1)).unwrap_or(u32::MAX).div_ceil(PAGE_SIZE);
    let link = |relation: &str, number: u32| {
        let view = View { page: Page::new(number), ..view.clone() };
        format!("</api/v1/callers?{view}>; rel=\"{relation}\"")
    };
    let mut links = Vec::new();
    if page > 1 {
        links.push(link("first", 1));
        links.push(link("prev", (page - 1).min(last)));
    }
    if page < last {
        links.push(link("next", page + 1));
        links.push(link("last", last));
    }
    (!links.is_empty()).then(|| links.join(", "))
}

row!(OpenDay { day: NaiveDate, open_callers: u32, has_logs: bool });

#[derive(Serialize)]
struct Open<'a> {
    forecast: Forecast,
    days: &'a [OpenDay],
}

/// How many callers were open on each day, and the forecast.
pub(crate) async fn open_callers(Acting(store): Acting, Query(view): Query, form: Form) -> Result<Response, Problem> {
    let OpenCallers { days, open, without_logs, forecast, .. } = store.open_callers(&view).await?;
    let days: Vec<_> = days
        .into_iter()
        .zip(open)
        .zip(without_logs)
        .map(|((day, open_callers), without_logs)| OpenDay { day, open_callers, has_logs: !without_logs })
        .collect();
    Ok(form.nested("open-callers", &days, Open { forecast, days: &days }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_lead_around_and_keep_the_filters() {
        let view: View = "service=s3&page=2".parse().unwrap_or_default();
        assert_eq!(
            links(&view, 2, 120).unwrap_or_default(),
            "</api/v1/callers?service=s3>; rel=\"first\", </api/v1/callers?service=s3>; rel=\"prev\", \
             </api/v1/callers?page=3&service=s3>; rel=\"next\", </api/v1/callers?page=3&service=s3>; rel=\"last\""
        );
        assert_eq!(links(&View::default(), 1, 50), None);
        assert_eq!(links(&View::default(), 1, 0), None);
    }
}
