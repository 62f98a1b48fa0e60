//! The statement of a view: every answer at one moment.

use super::{
    PgStore, callers, overview, services,
    session::Session,
    trend::{Axis, version, without_logs},
    unavailable,
};
use crate::db::read::{
    counts::{By, counts},
    sources,
};
use app::{
    api::ApiError,
    model::{
        statement::{CountedFiles, Counts, FORM, Filter, FilterBy, MOST_CALLERS, Masking, RULES, Statement},
        tls::TlsVersion,
    },
    store::Store as _,
    view::{Page, Sort, View},
};
use std::collections::BTreeMap;

impl PgStore {
    /// Masked, as nobody but the server needs another one.
    pub(super) async fn statement_of(
        &self,
        view: &View,
        masking: Masking,
        key: &[u8; 32],
    ) -> Result<Statement, ApiError> {
        // Whatever page and order the screen had: a statement has its own.
        let view = View { page: Page::default(), caller_sort: Sort::default(), ..view.clone() };
        let mut ask = self.ask_at_once(&view).await?;
        let statement = gather(&mut ask, self.now()).await.map_err(unavailable)?;
        Ok(statement.masked(masking, key))
    }
}

async fn gather(ask: &mut Session<'_>, made: chrono::DateTime<chrono::Utc>) -> sqlx::Result<Statement> {
    let times = ask.frame.times();
    let page = callers::page(ask, MOST_CALLERS as usize).await?;
    Ok(Statement {
        form: FORM,
        rules: RULES,
        made,
        masking: Masking::NOTHING,
        filters: filters(ask.view),
        overview: overview::overview(ask).await?,
        without_logs: without_logs(ask, &times),
        counts: counts_of(ask, &times).await?,
        services: services::services(ask).await?.rows,
        callers: page.rows,
        callers_total: page.total,
        detail_missing: page.detail_missing,
        coverage: overview::coverage(ask).rows,
        counted: counted(ask).await?,
        times,
    })
}

fn filters(view: &View) -> Vec<Filter> {
    let versions = view.tls_version.iter().map(ToString::to_string).collect();
    let search = Some(view.search.trim().to_owned()).filter(|text| !text.is_empty());
    let all = [
        (FilterBy::Account, view.account.clone()),
        (FilterBy::Region, view.region.clone()),
        (FilterBy::Service, view.service.clone()),
        (FilterBy::TlsVersion, versions),
        (FilterBy::Search, search.into_iter().collect()),
    ];
    all.into_iter().filter(|(_, values)| !values.is_empty()).map(|(by, values)| Filter { by, values }).collect()
}

async fn counts_of(ask: &mut Session<'_>, times: &[chrono::DateTime<chrono::Utc>]) -> sqlx::Result<Vec<Counts>> {
    let by = By { time: Some(ask.frame.grain), service: true, tls: true };
    let span = ask.span();
    let counted = counts(&mut ask.conn, span, &ask.all, by).await?;
    let keyed = counted.iter().filter_map(|count| Some(((count.service?, version(count)?), count)));
    let series: BTreeMap<(i32, TlsVersion), Vec<i64>> = Axis::new(times).series(keyed);
    let named = series.into_iter().filter_map(|((service, tls_version), calls)| {
        let service = ask.facts.service(service)?;
        Some(Counts { scope: service.scope, service: service.service.clone(), tls_version, calls })
    });
    Ok(named.collect())
}

async fn counted(ask: &mut Session<'_>) -> sqlx::Result<Vec<CountedFiles>> {
    let span = (ask.frame.from, ask.frame.to);
    let fed = sources::counted(&mut ask.conn, span, &ask.all).await?;
    fed.into_iter()
        .map(|fed| {
            let kind = fed.kind.parse().map_err(|why: String| sqlx::Error::Decode(why.into()))?;
            let (files, bytes, calls, first, last) = (fed.files, fed.bytes, fed.calls, fed.first, fed.last);
            Ok(CountedFiles { source: fed.name, kind, files, bytes, calls, first, last })
        })
        .collect()
}
