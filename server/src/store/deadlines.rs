//! Deadlines: list, add, change, remove.

use super::{PgStore, unavailable};
use crate::db::{audit_log, deadline};
use app::{
    api::ApiError,
    model::{
        audit::Action,
        deadline::{Deadline, DeadlineEdit},
    },
    store::Store as _,
};

impl PgStore {
    pub(super) async fn list_deadlines(&self) -> Result<Vec<Deadline>, ApiError> {
        let mut conn = self.pool.acquire().await.map_err(unavailable)?;
        deadline::list(&mut conn).await.map_err(unavailable)
    }

    pub(super) async fn save(&self, edit: DeadlineEdit) -> Result<i64, ApiError> {
        let edit = edit.checked().map_err(ApiError::Invalid)?;
        let taken = |error: sqlx::Error| match error.as_database_error().and_then(|e| e.constraint()) {
            Some("deadline_name_key") => ApiError::Invalid(format!("There is another deadline named “{}”.", edit.name)),
            _ => unavailable(error),
        };
        let mut tx = self.pool.begin().await.map_err(unavailable)?;
        let id = match edit.id {
            None => deadline::add(&mut tx, &edit, self.today()).await.map_err(taken)?,
            Some(id) if deadline::change(&mut tx, id, &edit, self.today()).await.map_err(taken)? => id,
            Some(id) => return Err(missing(id)),
        };
        let about = format!("deadline {id}: {}, {}, at least TLS {}", edit.name, edit.date, edit.minimum);
        audit_log::add(&mut tx, &self.actor, Action::SaveDeadline, &about).await.map_err(unavailable)?;
        tx.commit().await.map_err(unavailable)?;
        Ok(id)
    }

    pub(super) async fn remove(&self, id: i64) -> Result<(), ApiError> {
        let mut tx = self.pool.begin().await.map_err(unavailable)?;
        let name = deadline::remove(&mut tx, id).await.map_err(unavailable)?.ok_or_else(|| missing(id))?;
        let about = format!("deadline {id}: {name}");
        audit_log::add(&mut tx, &self.actor, Action::RemoveDeadline, &about).await.map_err(unavailable)?;
        tx.commit().await.map_err(unavailable)
    }
}

fn missing(id: i64) -> ApiError {
    ApiError::NotFound(format!("There is no deadline number {id}. It may have been removed."))
}
