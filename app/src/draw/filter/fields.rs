//! Forms that change one thing of a view and keep the rest.

use crate::view::View;
use leptos::prelude::*;

/// The view as hidden fields: one per list entry, since a form cannot write the comma lists of a link.
pub(crate) fn hidden_fields(view: &View) -> AnyView {
    fields(view)
        .into_iter()
        .map(|(name, value)| view! { <input type="hidden" name=name value=value/> })
        .collect_view()
        .into_any()
}

fn fields(view: &View) -> Vec<(String, String)> {
    let mut fields = Vec::new();
    for (name, list) in [("account", &view.account), ("region", &view.region), ("service", &view.service)] {
        fields.extend(list.iter().map(|item| (name.to_owned(), item.clone())));
    }
    if !view.search.is_empty() {
        fields.push(("q".into(), view.search.clone()));
    }
    // A change of filters begins at the first page; what is left needs no decoding.
    let rest = View {
        account: Vec::new(),
        region: Vec::new(),
        service: Vec::new(),
        search: String::new(),
        page: Default::default(),
        ..view.clone()
    };
    let rest = rest.to_string();
    fields.extend(rest.split('&').filter_map(|pair| pair.split_once('=')).map(|(k, v)| (k.into(), v.into())));
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_sends_the_same_view() {
        let query = "account=111122223333&chart=share&from=2025-01-01&grain=week&q=a%26b&service=a%2Cb,s3&to=2025-02-01T09:00:00Z&tls_version=1.0,1.1";
        let view: View = query.parse().unwrap();
        let encode = |text: &str| text.replace('&', "%26").replace(',', "%2C").replace(':', "%3A");
        let sent: Vec<_> = fields(&view).iter().map(|(k, v)| format!("{k}={}", encode(v))).collect();
        assert_eq!(sent.join("&").parse::<View>().unwrap(), view);
    }
}
