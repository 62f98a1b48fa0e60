//! `/sign-in`, `/setup` and `/invitation`.

use crate::{
    access::Access,
    api::{ApiError, Fragment},
    draw::{html, page::refused},
    model::provider::{Provider, Refusal},
    view::{encode, field},
};
use leptos::prelude::*;

/// `query`: where to go afterwards, as `next`.
pub(crate) async fn sign_in(access: &dyn Access, query: &str) -> Result<Fragment, ApiError> {
    if !access.is_set_up().await? {
        let begin = view! { <p class="notice">"Nobody has an account yet. "<a href="/setup">"Begin here"</a></p> };
        return Ok(html(view! { {refused_elsewhere(query)} {begin} }.into_any()));
    }
    let next = field(query, "next");
    let name = access.actor().name;
    let already = (!name.is_empty()).then(|| view! { <p class="notice">{format!("You are signed in as {name}.")}</p> });
    let elsewhere = access.provider().map(|provider| elsewhere(&provider, &next));
    let fields = view! {
        <input type="hidden" name="next" value=next/>
        <label>"Name"<input name="name" required maxlength="120" autocomplete="username" autocapitalize="none" spellcheck="false" autofocus/></label>
        <label>"Password"<input type="password" name="password" required maxlength="1024" autocomplete="current-password"/></label>
        <button type="submit" class="main">"Sign in"</button>
    };
    Ok(html(
        view! {
            {refused(query)}
            {refused_elsewhere(query)}
            {already}
            {elsewhere}
            <form method="post" action="/fn/sign_in" class="panel door">{fields}</form>
            <p class="hint">"Without an account, or without its password: an administrator can give you a link."</p>
        }
        .into_any(),
    ))
}

/// The way to the provider. It leads out of the product, so the router has no part in it.
fn elsewhere(provider: &Provider, next: &str) -> AnyView {
    let query = if next.is_empty() { String::new() } else { format!("?next={}", encode(next)) };
    view! {
        <p class="door elsewhere">
            <a class="button main" rel="external" href=format!("/sign-in/provider{query}")>{format!("Sign in with {}", provider.name)}</a>
        </p>
        <p class="hint">"Or with a name and a password that only this server knows:"</p>
    }
    .into_any()
}

/// Why somebody is back from there: one of our own sentences, whatever the address says.
fn refused_elsewhere(query: &str) -> Option<AnyView> {
    // What a form was refused for is newer.
    let why: Refusal = field(query, "why").parse().ok().filter(|_| refused(query).is_none())?;
    Some(view! { <p class="notice" data-kind="error" role="alert">{why.words()}</p> }.into_any())
}

pub(crate) async fn invitation(access: &dyn Access, query: &str) -> Result<Fragment, ApiError> {
    let code = field(query, "code");
    let Some(name) = access.invited(&code).await? else {
        let used = "This link was used, replaced or has expired. Ask an administrator for another.";
        return Ok(html(view! { {refused(query)} <p class="notice" data-kind="error">{used}</p> }.into_any()));
    };
    let fields = view! {
        <input type="hidden" name="code" value=code/>
        <label>"Your name"<input name="name" readonly value=name autocomplete="username"/></label>
        <label>"A password, at least 12 characters"
            <input type="password" name="password" required minlength="12" maxlength="256" autocomplete="new-password"/>
        </label>
        <button type="submit" class="main">"Set it and sign in"</button>
    };
    Ok(html(
        view! { {refused(query)} <form method="post" action="/fn/accept_invitation" class="panel door">{fields}</form> }
            .into_any(),
    ))
}

pub(crate) async fn set_up(access: &dyn Access, query: &str) -> Result<Fragment, ApiError> {
    if access.is_set_up().await? {
        return Ok(html(
            view! { <p class="notice">"The first administrator has an account already. "<a href="/sign-in">"Sign in"</a></p> }
                .into_any(),
        ));
    }
    let provider = access.provider().filter(|provider| provider.has_administrators);
    let elsewhere = provider.map(|provider| elsewhere(&provider, ""));
    let code = access.needs_code().then(|| {
        view! {
            <label>"One-time code from the server's log"
                <input name="code" required maxlength="100" autocomplete="off" autocapitalize="none" spellcheck="false"/>
            </label>
        }
    });
    let fields = view! {
        {code}
        <label>"Your name"<input name="name" required maxlength="120" autocomplete="username" autocapitalize="none" spellcheck="false"/></label>
        <label>"A password, at least 12 characters"
            <input type="password" name="password" required minlength="12" maxlength="256" autocomplete="new-password"/>
        </label>
        <button type="submit" class="main">"Become the administrator"</button>
    };
    Ok(html(
        view! {
            {refused(query)}
            {elsewhere}
            <form method="post" action="/fn/set_up" class="panel door">{fields}</form>
        }
        .into_any(),
    ))
}
