//! Signing in and out, one's own account, and other people. Plain forms post these.

use super::ApiError;
use leptos::prelude::*;

#[server(prefix = "/fn", endpoint = "sign_in")]
pub async fn sign_in(name: String, password: String, #[server(default)] next: String) -> Result<(), ApiError> {
    let key = crate::access::get()?.sign_in(&name, &password).await?;
    remember(&key);
    leptos_axum::redirect(crate::access::here(&next));
    Ok(())
}

#[server(prefix = "/fn", endpoint = "set_up")]
pub async fn set_up(#[server(default)] code: String, name: String, password: String) -> Result<(), ApiError> {
    let key = crate::access::get()?.set_up(&code, &name, &password).await?;
    remember(&key);
    leptos_axum::redirect("/");
    Ok(())
}

#[server(prefix = "/fn", endpoint = "sign_out")]
pub async fn sign_out() -> Result<(), ApiError> {
    crate::access::get()?.sign_out().await?;
    cookie("", "; Max-Age=0");
    leptos_axum::redirect("/sign-in");
    Ok(())
}

#[server(prefix = "/fn", endpoint = "accept_invitation")]
pub async fn accept_invitation(code: String, password: String) -> Result<(), ApiError> {
    let key = crate::access::get()?.accept(&code, &password).await?;
    remember(&key);
    leptos_axum::redirect("/");
    Ok(())
}

#[server(prefix = "/fn", endpoint = "change_password")]
pub async fn change_password(old: String, new: String) -> Result<(), ApiError> {
    let key = crate::access::get()?.change_password(&old, &new).await?;
    remember(&key);
    leptos_axum::redirect("/account");
    Ok(())
}

#[server(prefix = "/fn", endpoint = "end_session")]
pub async fn end_session(id: i64) -> Result<(), ApiError> {
    crate::access::get()?.end_session(id).await?;
    leptos_axum::redirect("/account");
    Ok(())
}

#[server(prefix = "/fn", endpoint = "end_other_sessions")]
pub async fn end_other_sessions() -> Result<(), ApiError> {
    crate::access::get()?.end_other_sessions().await?;
    leptos_axum::redirect("/account");
    Ok(())
}

#[server(prefix = "/fn", endpoint = "add_token")]
pub async fn add_token(name: String, role: String, days: u32) -> Result<(), ApiError> {
    crate::access::get()?.add_token(&name, role.parse().map_err(ApiError::Invalid)?, days).await?;
    leptos_axum::redirect("/account");
    Ok(())
}

#[server(prefix = "/fn", endpoint = "remove_token")]
pub async fn remove_token(id: i64) -> Result<(), ApiError> {
    crate::access::get()?.remove_token(id).await?;
    leptos_axum::redirect("/account");
    Ok(())
}

#[server(prefix = "/fn", endpoint = "add_person")]
pub async fn add_person(name: String, role: String) -> Result<(), ApiError> {
    crate::access::get()?.add_person(&name, role.parse().map_err(ApiError::Invalid)?).await?;
    leptos_axum::redirect("/people");
    Ok(())
}

#[server(prefix = "/fn", endpoint = "change_role")]
pub async fn change_role(id: i64, role: String) -> Result<(), ApiError> {
    crate::access::get()?.change_role(id, role.parse().map_err(ApiError::Invalid)?).await?;
    leptos_axum::redirect("/people");
    Ok(())
}

#[server(prefix = "/fn", endpoint = "disable_person")]
pub async fn disable_person(id: i64, disable: bool) -> Result<(), ApiError> {
    crate::access::get()?.disable_person(id, disable).await?;
    leptos_axum::redirect("/people");
    Ok(())
}

#[server(prefix = "/fn", endpoint = "invite_person")]
pub async fn invite_person(id: i64) -> Result<(), ApiError> {
    crate::access::get()?.invite(id).await?;
    leptos_axum::redirect("/people");
    Ok(())
}

#[cfg(feature = "ssr")]
fn remember(key: &crate::access::SessionKey) {
    cookie(&key.0, "");
}

#[cfg(feature = "ssr")]
fn cookie(value: &str, more: &str) {
    let line = http::HeaderValue::from_str(&crate::access::cookie(crate::access::COOKIE, value, more));
    if let (Some(response), Ok(line)) = (use_context::<leptos_axum::ResponseOptions>(), line) {
        response.append_header(http::header::SET_COOKIE, line);
    }
}
