//! What cannot be done is not offered.

use super::{Fake, get, text};
use app::model::person::Role;
use axum::http::StatusCode;

const PAGES: [&str; 9] =
    ["/", "/services/s3", "/callers", "/uploads", "/uploads/1", "/sources", "/sources/7", "/deadlines", "/coverage"];

fn as_role(role: Role) -> Fake {
    Fake { role: Some(role), ..Fake::default() }
}

#[tokio::test]
async fn viewers_see_everything_but_what_would_change_it() {
    let mut forms = 0;
    for running in [false, true] {
        for empty in [false, true] {
            for page in PAGES {
                let (status, html) = get(Fake { running, empty, ..as_role(Role::Viewer) }, page).await;
                let (_, same) = get(Fake { running, empty, ..as_role(Role::Analyst) }, page).await;
                assert!(status == StatusCode::OK || empty, "{page}: {status}");
                for offer in ["method=\"post\"", "/check\"", "type=\"file\""] {
                    assert!(!html.contains(offer), "{page} offers {offer}: {html}");
                    forms += same.matches(offer).count();
                }
                assert!(html.contains("data-role=\"viewer\"") && same.contains("data-role=\"analyst\""));
            }
        }
    }
    assert!(forms > 20, "analysts are offered it: {forms}");
}

#[tokio::test]
async fn a_piece_for_others_is_refused_in_words() {
    let (status, html) = get(as_role(Role::Viewer), "/sources/7/check").await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert!(text(&html).contains("role “analyst”"), "{html}");
    let (status, html) = get(Fake { role: None, ..Fake::default() }, "/").await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    assert!(text(&html).contains("Sign in first") && !html.contains("<table"), "{html}");
}
