//! The statement of a view: every answer at one moment.

use super::{
    PgStore, callers, overview, services,
    session::Session,
    trend::{Axis, version, without_logs},
    unavailable,
};
use crate::{
    db::read::{
        counts::{By, counts},
        log_files,
        sources::{self, Fed},
    },
    evidence::{HashOfHashes, Hashes, LogFile, MOST_FILES, SourceFiles},
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
        let fed = fed(&mut ask).await.map_err(unavailable)?;
        let statement = gather(&mut ask, self.now(), &fed).await.map_err(unavailable)?;
        Ok(statement.masked(masking, key))
    }

    /// The same, and the log files of its sources, in their order.
    pub(super) async fn statement_with_files(
        &self,
        view: &View,
        masking: Masking,
        key: &[u8; 32],
    ) -> Result<(Statement, Vec<SourceFiles>), ApiError> {
        let view = View { page: Page::default(), caller_sort: Sort::default(), ..view.clone() };
        let mut ask = self.ask_at_once(&view).await?;
        let fed = fed(&mut ask).await.map_err(unavailable)?;
        let statement = gather(&mut ask, self.now(), &fed).await.map_err(unavailable)?;
        let mut files = files(&mut ask, &fed).await.map_err(unavailable)?;
        drop(ask);
        let key = *key;
        // There may be many names.
        let masked = tokio::task::spawn_blocking(move || {
            let names = files.iter_mut().flat_map(|files| &mut files.files).map(|file| &mut file.name);
            (statement.masked_beside(masking, &key, names), files)
        });
        masked.await.map_err(|error| {
            tracing::error!(%error, "masking failed");
            ApiError::Unavailable
        })
    }
}

async fn fed(ask: &mut Session<'_>) -> sqlx::Result<Vec<Fed>> {
    let span = (ask.frame.from, ask.frame.to);
    sources::counted(&mut ask.conn, span, &ask.all).await
}

async fn gather(ask: &mut Session<'_>, made: chrono::DateTime<chrono::Utc>, fed: &[Fed]) -> sqlx::Result<Statement> {
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
        counted: fed.iter().map(counted).collect::<sqlx::Result<_>>()?,
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

fn counted(fed: &Fed) -> sqlx::Result<CountedFiles> {
    let kind = fed.kind.parse().map_err(|why: String| sqlx::Error::Decode(why.into()))?;
    let Fed { files, bytes, calls, first, last, .. } = *fed;
    Ok(CountedFiles { source: fed.name.clone(), kind, files, bytes, calls, first, last })
}

/// Of each source all log files, or none where more than [`MOST_FILES`] would come together.
async fn files(ask: &mut Session<'_>, fed: &[Fed]) -> sqlx::Result<Vec<SourceFiles>> {
    let (mut all, mut room) = (Vec::new(), MOST_FILES);
    for fed in fed {
        let are_named = usize::try_from(fed.files).is_ok_and(|files| files <= room);
        let named = match are_named {
            true => log_files::counted(&mut ask.conn, fed.id, fed.files).await?,
            false => Vec::new(),
        };
        room -= named.len();
        let mut hash = HashOfHashes::default();
        log_files::hashes(&mut ask.conn, fed.id, |sha256| hash.add(sha256)).await?;
        let hashes = Hashes { known: fed.hashed, unknown: fed.files - fed.hashed, sha256: hash.finish(), are_named };
        all.push(SourceFiles { hashes, files: named.into_iter().map(log_file).collect() });
    }
    Ok(all)
}

fn log_file(row: log_files::Counted) -> LogFile {
    let log_files::Counted { name, bytes, sha256, calls_counted, state } = row;
    let sha256 = sha256.and_then(|hash| hash.try_into().ok());
    LogFile { name, decoded_bytes: bytes, sha256, calls_counted, state }
}
