//! Changes. Plain forms may post them: each ends on the page that shows what it did.

use super::{ApiError, DeadlineForm};
use leptos::prelude::*;

#[server(prefix = "/fn", endpoint = "save_deadline")]
pub async fn save_deadline(form: DeadlineForm) -> Result<i64, ApiError> {
    let id = crate::store::get()?.save_deadline(form.try_into()?).await?;
    leptos_axum::redirect("/deadlines");
    Ok(id)
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
