//! Changes. Plain forms may post them: each ends on the page that shows what it did.

#[cfg(feature = "ssr")]
use super::refill::send_back;
use super::{ApiError, BucketForm, DeadlineForm, QueueForm};
use leptos::prelude::*;

#[server(prefix = "/fn", endpoint = "save_deadline")]
pub async fn save_deadline(form: DeadlineForm) -> Result<i64, ApiError> {
    let saved = async { crate::store::get()?.save_deadline(form.clone().try_into()?).await }.await;
    match &saved {
        Ok(_) => leptos_axum::redirect("/deadlines"),
        Err(error) => send_back("/deadlines", &form.place(), &form, error),
    }
    saved
}

#[server(prefix = "/fn", endpoint = "remove_deadline")]
pub async fn remove_deadline(id: i64) -> Result<(), ApiError> {
    crate::store::get()?.remove_deadline(id).await?;
    leptos_axum::redirect("/deadlines");
    Ok(())
}

#[server(prefix = "/fn", endpoint = "remove_upload")]
pub async fn remove_upload(id: i64) -> Result<(), ApiError> {
    crate::store::get()?.remove_upload(id).await?;
    leptos_axum::redirect("/uploads");
    Ok(())
}

#[server(prefix = "/fn", endpoint = "cancel_upload")]
pub async fn cancel_upload(id: i64) -> Result<(), ApiError> {
    crate::store::get()?.cancel_upload(id).await?;
    leptos_axum::redirect(&format!("/uploads/{id}"));
    Ok(())
}

#[server(prefix = "/fn", endpoint = "load_demo")]
pub async fn load_demo() -> Result<i64, ApiError> {
    let id = crate::store::get()?.load_demo().await?;
    leptos_axum::redirect(&format!("/uploads/{id}"));
    Ok(id)
}

/// Leads to what was found there: nothing is read before the user says so.
#[server(prefix = "/fn", endpoint = "connect_bucket")]
pub async fn connect_bucket(form: BucketForm) -> Result<i64, ApiError> {
    let connected = async { crate::store::get()?.connect_bucket(form.clone().try_into()?).await }.await;
    match &connected {
        Ok(id) => leptos_axum::redirect(&format!("/sources/{id}/check")),
        Err(error) => send_back("/sources", BucketForm::PLACE, &form, error),
    }
    connected
}

#[server(prefix = "/fn", endpoint = "read_bucket")]
pub async fn read_bucket(
    id: i64,
    #[server(default)] from: String,
    #[server(default)] to: String,
    #[server(default)] account: Vec<String>,
    #[server(default)] region: Vec<String>,
    #[server(default)] follow: String,
    #[server(default)] queue: String,
) -> Result<(), ApiError> {
    let form = super::ReadForm { from, to, account, region, queue: None };
    let store = crate::store::get()?;
    let choice = form.try_into()?;
    if !follow.is_empty() {
        store.listen_to_queue(id, &queue).await?;
    }
    store.read_bucket(id, choice).await?;
    if !follow.is_empty() {
        store.follow_bucket(id, true).await?;
    }
    show_bucket(id);
    Ok(())
}

#[server(prefix = "/fn", endpoint = "follow_bucket")]
pub async fn follow_bucket(id: i64, follow: bool) -> Result<(), ApiError> {
    crate::store::get()?.follow_bucket(id, follow).await?;
    show_bucket(id);
    Ok(())
}

#[server(prefix = "/fn", endpoint = "listen_to_queue")]
pub async fn listen_to_queue(form: QueueForm) -> Result<(), ApiError> {
    let id = form.id.parse().map_err(|_| ApiError::NotFound("There is no such source.".into()))?;
    let listened = async { crate::store::get()?.listen_to_queue(id, &form.queue).await }.await;
    match &listened {
        Ok(()) => show_bucket(id),
        Err(error) => send_back(&format!("/sources/{id}"), QueueForm::PLACE, &form, error),
    }
    listened
}

#[server(prefix = "/fn", endpoint = "pause_bucket")]
pub async fn pause_bucket(id: i64, pause: bool) -> Result<(), ApiError> {
    crate::store::get()?.pause_bucket(id, pause).await?;
    show_bucket(id);
    Ok(())
}

#[server(prefix = "/fn", endpoint = "cancel_bucket")]
pub async fn cancel_bucket(id: i64) -> Result<(), ApiError> {
    crate::store::get()?.cancel_bucket(id).await?;
    show_bucket(id);
    Ok(())
}

#[server(prefix = "/fn", endpoint = "retry_bucket")]
pub async fn retry_bucket(id: i64) -> Result<(), ApiError> {
    crate::store::get()?.retry_bucket(id).await?;
    show_bucket(id);
    Ok(())
}

#[server(prefix = "/fn", endpoint = "remove_bucket")]
pub async fn remove_bucket(id: i64) -> Result<(), ApiError> {
    crate::store::get()?.remove_bucket(id).await?;
    leptos_axum::redirect("/sources");
    Ok(())
}

#[cfg(feature = "ssr")]
fn show_bucket(id: i64) {
    leptos_axum::redirect(&format!("/sources/{id}"));
}
