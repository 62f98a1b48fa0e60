//! Counting once, held against plain sets: whatever is uploaded, resumed, cancelled and removed in whatever order.

mod model;
mod steps;

use crate::db::{self, audit};
use model::Model;
use proptest::{
    prelude::*,
    test_runner::{Config, TestCaseError, TestRunner},
};
use sqlx::PgPool;
use steps::{Step, step};

/// Cases run one after another in the test's own database.
const CASES: u32 = 32;

#[sqlx::test(migrator = "crate::db::MIGRATOR")]
async fn each_call_is_counted_once(pool: PgPool) {
    let options = pool.connect_options();
    let test = move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let pool = runtime.block_on(async {
            sqlx::postgres::PgPoolOptions::new().max_connections(3).connect_lazy_with((*options).clone())
        });
        let mut runner = TestRunner::new(Config { cases: CASES, failure_persistence: None, ..Config::default() });
        let result = runner.run(&prop::collection::vec(step(), 1..24), |steps| runtime.block_on(run(&pool, &steps)));
        runtime.block_on(pool.close());
        result.unwrap();
    };
    tokio::task::spawn_blocking(test).await.unwrap();
}

/// Takes the steps on the database and on the model, and compares after each.
async fn run(pool: &PgPool, steps: &[Step]) -> Result<(), TestCaseError> {
    let failed = |error: super::Error| TestCaseError::fail(format!("{error:?}"));
    db::empty(&mut *pool.acquire().await.map_err(|e| failed(e.into()))?).await.map_err(|e| failed(e.into()))?;
    let mut model = Model::default();
    for step in steps {
        step.take(pool, &mut model)
            .await
            .map_err(failed)?
            .map_or(Ok(()), |difference| Err(TestCaseError::fail(difference)))?;
        compare(pool, &model)
            .await
            .map_err(failed)?
            .map_or(Ok(()), |difference| Err(TestCaseError::fail(format!("after {step:?}: {difference}"))))?;
    }
    Ok(())
}

/// What differs, if anything does.
async fn compare(pool: &PgPool, model: &Model) -> Result<Option<String>, super::Error> {
    let mut conn = pool.acquire().await?;
    let (expected, found) = (model.rollups(), audit::rollups(&mut conn).await?);
    if expected != found {
        let missing: Vec<_> = expected.iter().filter(|line| !found.contains(line)).collect();
        let extra: Vec<_> = found.iter().filter(|line| !expected.contains(line)).collect();
        return Ok(Some(format!("missing {missing:#?}, too many {extra:#?}")));
    }
    if audit::rows(&mut conn).await? != found.len() as i64 || audit::orphans(&mut conn).await? != 0 {
        return Ok(Some("rows without names, or names without rows".into()));
    }
    if audit::wrong_packs(&mut conn).await? != 0 {
        return Ok(Some("a week is packed wrongly, or readers would miss it".into()));
    }
    let uploads = db::upload::list(&mut conn, None).await?;
    for upload in &uploads {
        let expected = model.totals(upload.id);
        let found = (upload.calls_counted, upload.calls_already_counted, upload.calls_unknown, upload.files_total);
        if expected != Some(found) {
            return Ok(Some(format!("upload {}: expected {expected:?}, found {found:?}", upload.id)));
        }
    }
    Ok((uploads.len() != model.uploads.len()).then(|| "uploads differ".into()))
}
