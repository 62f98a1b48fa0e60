//! An OpenID provider on this machine. It checks what a good one checks, and can be made to behave badly.

use super::jwt::{Key, Seal, half_hash, token};
use axum::{
    Form, Json, Router,
    body::Body,
    extract::{Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Redirect, Response},
    routing::{get, post},
};
use base64::{Engine as _, prelude::BASE64_STANDARD, prelude::BASE64_URL_SAFE_NO_PAD};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, MutexGuard},
    time::{Duration, SystemTime},
};
use tokio::{net::TcpListener, task::JoinHandle};

pub(crate) const CLIENT: &str = "tls sunset:1";
pub(crate) const SECRET: &str = "a client's secret: +/%";

type Fields = HashMap<String, String>;

/// How it answers at an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Health {
    Slow,
    Garbage,
    Huge,
    Broken,
    Elsewhere,
}

pub(crate) struct Provider {
    pub(crate) issuer: String,
    state: Shared,
    server: JoinHandle<()>,
}

type Shared = Arc<Mutex<Wishes>>;

/// What it is to do.
pub(crate) struct Wishes {
    issuer: String,
    /// Who signs in: claims of the ID token. What is null here is left out.
    pub(crate) claims: Value,
    pub(crate) userinfo: Option<Value>,
    pub(crate) seal: Seal,
    pub(crate) published: Vec<Key>,
    /// None: a public client.
    pub(crate) secret: Option<&'static str>,
    /// Added to the discovery document.
    pub(crate) document: Value,
    /// Added to the answer about a code.
    pub(crate) answer: Value,
    pub(crate) ill: BTreeMap<&'static str, Health>,
    /// The error with which it sends people back.
    pub(crate) error: Option<&'static str>,
    pub(crate) redirects: Vec<&'static str>,
    asked: HashMap<String, Fields>,
    /// How often each address was asked.
    pub(crate) calls: BTreeMap<String, u32>,
    /// How the secret came: "basic", "post" or "none".
    pub(crate) authenticated: Vec<&'static str>,
}

impl Provider {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let issuer = format!("http://{}/realms/a", listener.local_addr().expect("an address"));
        let wishes = Wishes {
            issuer: issuer.clone(),
            claims: json!({}),
            userinfo: None,
            seal: Seal::By(Key::RsaOne),
            published: vec![Key::RsaOne, Key::Ec],
            secret: Some(SECRET),
            document: json!({}),
            answer: json!({}),
            ill: BTreeMap::new(),
            error: None,
            redirects: vec!["http://localhost:3000/sign-in/callback", "https://sunset.example/sign-in/callback"],
            asked: HashMap::new(),
            calls: BTreeMap::new(),
            authenticated: Vec::new(),
        };
        let state = Arc::new(Mutex::new(wishes));
        let routes = Router::new()
            .route("/.well-known/openid-configuration", get(document))
            .route("/keys", get(keys))
            .route("/authorize", get(authorize))
            .route("/token", post(redeem))
            .route("/userinfo", get(userinfo));
        let router = Router::new().nest("/realms/a", routes).with_state(Arc::clone(&state));
        let server = tokio::spawn(async move { axum::serve(listener, router).await.expect("it serves") });
        Self { issuer, state, server }
    }

    pub(crate) fn wishes(&self) -> MutexGuard<'_, Wishes> {
        self.state.lock().expect("no panic")
    }

    /// Who signs in there from now on.
    pub(crate) fn knows(&self, subject: &str, name: &str, groups: &[&str]) {
        self.wishes().claims = json!({"sub": subject, "name": name, "groups": groups});
    }

    pub(crate) fn stop(&self) {
        self.server.abort();
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Wishes {
    /// Counts a request; an answer if it is not to be a good one.
    fn call(&mut self, path: &'static str) -> Option<Health> {
        *self.calls.entry(path.to_owned()).or_default() += 1;
        self.ill.get(path).copied()
    }
}

async fn ill(health: Health) -> Response {
    let json = [(header::CONTENT_TYPE, "application/json")];
    match health {
        Health::Slow => {
            tokio::time::sleep(Duration::from_secs(60)).await;
            StatusCode::OK.into_response()
        }
        Health::Garbage => (json, "{\"issuer\": [\"<b>\"").into_response(),
        Health::Huge => {
            let chunk = Ok::<_, std::io::Error>(axum::body::Bytes::from(vec![b' '; 64 * 1024]));
            let endless = futures::stream::repeat_with(move || {
                chunk.as_ref().map(Clone::clone).map_err(|_| std::io::Error::other("never"))
            });
            (json, Body::from_stream(endless)).into_response()
        }
        Health::Broken => (StatusCode::INTERNAL_SERVER_ERROR, "a stack trace").into_response(),
        Health::Elsewhere => Redirect::temporary("http://169.254.169.254/latest/meta-data").into_response(),
    }
}

/// `more` over `value`; what is null is left out.
fn merge(mut value: Value, more: &Value) -> Value {
    for (key, more) in more.as_object().expect("an object") {
        value[key] = more.clone();
    }
    value.as_object_mut().expect("an object").retain(|_, value| !value.is_null());
    value
}

async fn document(State(state): State<Shared>) -> Response {
    let health = state.lock().expect("no panic").call("document");
    if let Some(health) = health {
        return ill(health).await;
    }
    let wishes = state.lock().expect("no panic");
    let issuer = &wishes.issuer;
    let document = json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "userinfo_endpoint": format!("{issuer}/userinfo"),
        "jwks_uri": format!("{issuer}/keys"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256", "ES256", "something-new"],
        "authorization_response_iss_parameter_supported": true,
    });
    Json(merge(document, &wishes.document)).into_response()
}

async fn keys(State(state): State<Shared>) -> Response {
    let health = state.lock().expect("no panic").call("keys");
    if let Some(health) = health {
        return ill(health).await;
    }
    let published: Vec<Value> = state.lock().expect("no panic").published.iter().map(|key| key.public()).collect();
    Json(json!({"keys": published})).into_response()
}

/// The person has signed in and agreed already.
async fn authorize(State(state): State<Shared>, Query(asked): Query<Fields>) -> Response {
    let mut wishes = state.lock().expect("no panic");
    wishes.call("authorize");
    let is = |name: &str, value: &str| asked.get(name).is_some_and(|asked| asked == value);
    let redirect = asked.get("redirect_uri").cloned().unwrap_or_default();
    let secrets = ["state", "nonce", "code_challenge"];
    if !is("client_id", CLIENT) || !wishes.redirects.contains(&redirect.as_str()) {
        return (StatusCode::BAD_REQUEST, format!("unknown client or redirect_uri {redirect}")).into_response();
    }
    let good = is("response_type", "code")
        && is("code_challenge_method", "S256")
        && asked.get("scope").is_some_and(|scope| scope.split(' ').any(|scope| scope == "openid"))
        && secrets.iter().all(|name| asked.get(*name).is_some_and(|secret| secret.len() >= 43));
    let mut told = vec![("state", asked.get("state").cloned().unwrap_or_default()), ("iss", wishes.issuer.clone())];
    match wishes.error.or((!good).then_some("invalid_request")) {
        Some(error) => told.push(("error", error.to_owned())),
        None => {
            let code = format!("code-{:032x}", rand::random::<u128>());
            wishes.asked.insert(code.clone(), asked);
            told.push(("code", code));
        }
    }
    let told: Vec<String> =
        told.iter().map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, NON_ALPHANUMERIC))).collect();
    Redirect::to(&format!("{redirect}?{}", told.join("&"))).into_response()
}

fn refused(error: &str, words: &str) -> Response {
    (StatusCode::BAD_REQUEST, Json(json!({"error": error, "error_description": words}))).into_response()
}

/// By a header, by fields, or not at all. RFC 6749, section 2.3.1: both are encoded as in forms before.
fn client_of(headers: &HeaderMap, form: &Fields) -> (&'static str, String, Option<String>) {
    let basic = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Basic "));
    if let Some(basic) = basic {
        let text = String::from_utf8(BASE64_STANDARD.decode(basic).expect("base64")).expect("text");
        let (id, secret) = text.split_once(':').expect("a pair");
        let plain =
            |text: &str| percent_encoding::percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned();
        return ("basic", plain(id), Some(plain(secret)));
    }
    let (id, secret) = (form.get("client_id").cloned().unwrap_or_default(), form.get("client_secret").cloned());
    (if secret.is_some() { "post" } else { "none" }, id, secret)
}

async fn redeem(State(state): State<Shared>, headers: HeaderMap, Form(form): Form<Fields>) -> Response {
    let health = state.lock().expect("no panic").call("token");
    if let Some(health) = health {
        return ill(health).await;
    }
    let mut wishes = state.lock().expect("no panic");
    let (way, client, secret) = client_of(&headers, &form);
    wishes.authenticated.push(way);
    if client != CLIENT || secret.as_deref() != wishes.secret {
        return refused("invalid_client", "unknown client or wrong secret");
    }
    let code = form.get("code").cloned().unwrap_or_default();
    let Some(asked) = wishes.asked.remove(&code) else {
        return refused("invalid_grant", &format!("the code {code} is unknown or used"));
    };
    let challenge =
        BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(form.get("code_verifier").cloned().unwrap_or_default()));
    if form.get("grant_type").is_none_or(|grant| grant != "authorization_code")
        || asked.get("code_challenge") != Some(&challenge)
        || asked.get("redirect_uri") != form.get("redirect_uri")
    {
        return refused("invalid_grant", "the verifier or the redirect URI is another one");
    }
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("a time").as_secs();
    let access = format!("access-{:032x}", rand::random::<u128>());
    let claims = json!({
        "iss": wishes.issuer, "aud": CLIENT, "azp": CLIENT, "iat": now, "exp": now + 300,
        "nonce": asked["nonce"], "at_hash": half_hash(&access),
    });
    let proof = token(&wishes.seal, &merge(claims, &wishes.claims));
    let answer = json!({"access_token": access, "token_type": "Bearer", "expires_in": 300, "id_token": proof});
    Json(merge(answer, &wishes.answer)).into_response()
}

async fn userinfo(State(state): State<Shared>, headers: HeaderMap) -> Response {
    let health = state.lock().expect("no panic").call("userinfo");
    if let Some(health) = health {
        return ill(health).await;
    }
    let bearer =
        headers.get(header::AUTHORIZATION).is_some_and(|token| token.as_bytes().starts_with(b"Bearer access-"));
    match &state.lock().expect("no panic").userinfo {
        Some(told) if bearer => Json(told.clone()).into_response(),
        _ => StatusCode::UNAUTHORIZED.into_response(),
    }
}
