//! `/people`: who has an account, and what they may do.

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
        person::{Person, Role},
        provider::Provider,
    },
    part::show,
};
use chrono::{DateTime, Utc};
use leptos::prelude::*;

pub(crate) async fn people(access: &dyn Access, query: &str) -> Result<Fragment, ApiError> {
    let (people, now, provider) = (access.people().await?, access.now(), access.provider());
    let rows = people.iter().map(|person| row(person, provider.as_ref(), now)).collect_view();
    let table = view! {
        <table class="people">
            <caption class="away">"People"</caption>
            <thead><tr><th scope="col">"Name"</th><th scope="col">"State"</th><th scope="col">"Signed in"</th><th scope="col">"Role"</th><th scope="col">"Way in"</th></tr></thead>
            <tbody>{rows}</tbody>
        </table>
    };
    Ok(html(
        view! {
            {refused(query)}
            {shown(access.shown())}
            {panel("people", "Accounts", ().into_any(), scroll("People", table.into_any()))}
            {adding()}
        }
        .into_any(),
    ))
}

fn adding() -> AnyView {
    let form = view! {
        <form method="post" action="/fn/add_person" class="fields">
            <label>"Name, by which they sign in"<input name="name" required maxlength="120" autocomplete="off" autocapitalize="none" spellcheck="false"/></label>
            <label>"Role"<select name="role">{roles(Role::Viewer, Role::Administrator)}</select></label>
            <button type="submit" class="main">"Add"</button>
        </form>
        <p class="hint">"You get a one-time link for them, with which they set a password of their own."</p>
    };
    panel("add", "Add somebody", ().into_any(), form.into_any())
}

fn row(person: &Person, provider: Option<&Provider>, now: DateTime<Utc>) -> AnyView {
    let (id, name) = (person.id, person.name.clone());
    let (state, colour) = state(person, provider, now);
    let by_provider = person.issuer.is_some();
    let role = match by_provider {
        true => view! { {person.role.as_str()}" "<span class="faint">"by groups"</span> }.into_any(),
        false => view! {
            <form method="post" action="/fn/change_role" class="row">
                <input type="hidden" name="id" value=id/>
                <select name="role" aria-label=format!("Role of {name}")>{roles(person.role, Role::Administrator)}</select>
                <button type="submit" aria-label=format!("Give this role to {name}")>"Save"</button>
            </form>
        }
        .into_any(),
    };
    let link = (!person.is_disabled && !by_provider).then(|| {
        let words = if person.has_password { "Reset the password" } else { "New link" };
        view! {
            <form method="post" action="/fn/invite_person">
                <input type="hidden" name="id" value=id/>
                <button type="submit" aria-label=format!("{words}: {name}")>{words}</button>
            </form>
        }
    });
    let disable = if person.is_disabled { "Enable" } else { "Disable" };
    view! {
        <tr>
            <th scope="row"><span class="clip" title=name.clone()>{name.clone()}</span></th>
            <td><span class="tag" data-state=colour>{state}</span></td>
            <td class="faint">{person.signed_in.map_or("never".to_owned(), |time| show::ago(time, now))}</td>
            <td>{role}</td>
            <td>
                <div class="row">
                    {link}
                    <form method="post" action="/fn/disable_person">
                        <input type="hidden" name="id" value=id/>
                        <input type="hidden" name="disable" value=(!person.is_disabled).to_string()/>
                        <button type="submit" aria-label=format!("{disable} {name}")>{disable}</button>
                    </form>
                </div>
            </td>
        </tr>
    }
    .into_any()
}

/// How somebody comes in, if they do.
fn state(person: &Person, provider: Option<&Provider>, now: DateTime<Utc>) -> (String, &'static str) {
    match person {
        Person { is_disabled: true, .. } => ("disabled".to_owned(), "failed"),
        Person { issuer: Some(issuer), .. } => match provider.filter(|provider| provider.issuer == *issuer) {
            Some(provider) => (format!("signs in with {}", provider.name), "done"),
            None => ("of another provider".to_owned(), "skipped"),
        },
        Person { has_password: true, invited_until: None, .. } => ("can sign in".to_owned(), "done"),
        Person { has_password: true, .. } => ("can sign in, has a link".to_owned(), "done"),
        Person { invited_until: Some(until), .. } => {
            (format!("invited, link ends {}", show::ago(*until, now)), "queued")
        }
        _ => ("link has expired".to_owned(), "skipped"),
    }
}
