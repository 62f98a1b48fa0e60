//! `/account`: one's own password, sessions and tokens.

use super::{roles, shown};
use crate::{
    access::Access,
    api::{ApiError, Fragment},
    draw::{
        html,
        page::refused,
        panel::{panel, scroll},
    },
    model::{
        person::{Role, Session, Token},
        provider::Provider,
    },
    part::show,
};
use chrono::{DateTime, Utc};
use leptos::prelude::*;

pub(crate) async fn account(access: &dyn Access, query: &str) -> Result<Fragment, ApiError> {
    let actor = access.actor();
    let role = actor.role.unwrap_or(Role::Viewer);
    let (listed, keys, now) = (access.sessions().await?, access.tokens().await?, access.now());
    let way_in = if actor.by_provider { elsewhere(access.provider()) } else { password() };
    Ok(html(
        view! {
            {refused(query)}
            <p class="lead">{format!("{}, with the role “{role}”.", actor.name)}</p>
            {shown(access.shown())}
            <div class="pair">{way_in} {new_token(role)}</div>
            {tokens(&keys, now)}
            {sessions(&listed, actor.session, now)}
        }
        .into_any(),
    ))
}

fn elsewhere(provider: Option<Provider>) -> AnyView {
    let name = provider.map_or("another service".to_owned(), |provider| provider.name);
    let words = view! {
        <p>{format!("You sign in with {name}: that is where your password is, and your groups there decide about your role.")}</p>
        <p class="hint">"Signing out here does not sign you out there."</p>
    };
    panel("password", "Way in", ().into_any(), words.into_any())
}

fn password() -> AnyView {
    let form = view! {
        <form method="post" action="/fn/change_password" class="fields">
            <label>"The old one"<input type="password" name="old" required maxlength="1024" autocomplete="current-password"/></label>
            <label>"A new one, at least 12 characters"
                <input type="password" name="new" required minlength="12" maxlength="256" autocomplete="new-password"/>
            </label>
            <button type="submit" class="main">"Change it"</button>
        </form>
        <p class="hint">"You will be signed out everywhere else."</p>
    };
    panel("password", "Password", ().into_any(), form.into_any())
}

fn new_token(role: Role) -> AnyView {
    let days = [(7, "a week"), (30, "30 days"), (90, "90 days"), (365, "a year")]
        .map(|(days, words)| view! { <option value=days selected=days == 90>{words}</option> });
    let form = view! {
        <p>"For scripts: sent as "<code>"Authorization: Bearer …"</code>" to "<code>"/api/v1"</code>", it may what you may, at most."</p>
        <form method="post" action="/fn/add_token" class="fields">
            <label>"What it is for"<input name="name" required maxlength="120" autocomplete="off"/></label>
            <label>"Role"<select name="role">{roles(Role::Viewer, role)}</select></label>
            <label>"Good for"<select name="days">{days.into_iter().collect_view()}</select></label>
            <button type="submit" class="main">"Make a token"</button>
        </form>
    };
    panel("token", "A token", ().into_any(), form.into_any())
}

fn tokens(tokens: &[Token], now: DateTime<Utc>) -> Option<AnyView> {
    let rows = tokens.iter().map(|token| {
        let expires = match token.expires <= now {
            true => "expired".to_owned(),
            false => show::ago(token.expires, now),
        };
        view! {
            <tr>
                <th scope="row"><span class="clip" title=token.name.clone()>{token.name.clone()}</span></th>
                <td>{token.role.as_str()}</td>
                <td>{expires}</td>
                <td class="faint">{token.last_used.map_or("never".to_owned(), |used| show::ago(used, now))}</td>
                <td>{button("/fn/remove_token", token.id, "Remove", format!("Remove the token {}", token.name))}</td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    (!tokens.is_empty()).then(|| {
        let table = view! {
            <table>
                <caption class="away">"Your tokens"</caption>
                <thead><tr><th scope="col">"For"</th><th scope="col">"Role"</th><th scope="col">"Expires"</th><th scope="col">"Used"</th><th scope="col"><span class="away">"Remove"</span></th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        };
        panel("tokens", "Tokens", ().into_any(), scroll("Your tokens", table.into_any()))
    })
}

fn sessions(sessions: &[Session], this: Option<i64>, now: DateTime<Utc>) -> AnyView {
    let rows = sessions.iter().map(|session| {
        let here = Some(session.id) == this;
        let end = match here {
            true => view! { <span class="tag">"this one"</span> }.into_any(),
            false => button("/fn/end_session", session.id, "End", "End this session".into()),
        };
        view! {
            <tr>
                <th scope="row"><span class="clip" title=session.agent.clone()>{session.agent.clone()}</span></th>
                <td>{session.address.clone()}</td>
                <td class="date">{show::moment(session.created)}</td>
                <td class="faint">{show::ago(session.last_used, now)}</td>
                <td>{end}</td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    let table = view! {
        <table>
            <caption class="away">"Where you are signed in"</caption>
            <thead><tr><th scope="col">"Browser"</th><th scope="col">"Address"</th><th scope="col">"Signed in"</th><th scope="col">"Used"</th><th scope="col"><span class="away">"End"</span></th></tr></thead>
            <tbody>{rows}</tbody>
        </table>
    };
    let all = view! {
        {scroll("Sessions", table.into_any())}
        {(sessions.len() > 1).then(|| view! {
            <form method="post" action="/fn/end_other_sessions"><button type="submit">"Sign out everywhere else"</button></form>
        })}
    };
    panel("sessions", "Where you are signed in", ().into_any(), all.into_any())
}

fn button(action: &'static str, id: i64, words: &'static str, label: String) -> AnyView {
    view! {
        <form method="post" action=action>
            <input type="hidden" name="id" value=id/>
            <button type="submit" aria-label=label>{words}</button>
        </form>
    }
    .into_any()
}
