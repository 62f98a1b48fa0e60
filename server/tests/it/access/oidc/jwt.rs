//! Signs tokens, with whatever header and claims.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD as BASE64};
use rustls::{
    SignatureScheme,
    crypto::ring::sign::any_supported_type,
    pki_types::{PrivateKeyDer, pem::PemObject as _},
};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// A key of the provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Key {
    RsaOne,
    RsaTwo,
    Ec,
}

impl Key {
    fn pem(self) -> &'static str {
        match self {
            Self::RsaOne => include_str!("keys/rsa-one.pem"),
            Self::RsaTwo => include_str!("keys/rsa-two.pem"),
            Self::Ec => include_str!("keys/ec.pem"),
        }
    }

    /// As it is published.
    pub(crate) fn public(self) -> Value {
        let text = match self {
            Self::RsaOne => include_str!("keys/rsa-one.json"),
            Self::RsaTwo => include_str!("keys/rsa-two.json"),
            Self::Ec => include_str!("keys/ec.json"),
        };
        let mut key: Value = serde_json::from_str(text).expect("a key");
        key["kid"] = json!(self.id());
        key["use"] = json!("sig");
        key["alg"] = json!(self.algorithm());
        key
    }

    pub(crate) fn id(self) -> String {
        format!("{self:?}")
    }

    pub(crate) fn algorithm(self) -> &'static str {
        if self == Self::Ec { "ES256" } else { "RS256" }
    }

    fn sign(self, message: &[u8]) -> Vec<u8> {
        let der = PrivateKeyDer::from_pem_slice(self.pem().as_bytes()).expect("a key");
        let key = any_supported_type(&der).expect("a key of a known kind");
        let scheme = match self {
            Self::Ec => SignatureScheme::ECDSA_NISTP256_SHA256,
            _ => SignatureScheme::RSA_PKCS1_SHA256,
        };
        let signature = key.choose_scheme(&[scheme]).expect("a signer").sign(message).expect("a signature");
        if self == Self::Ec { fixed(&signature) } else { signature }
    }
}

/// The two numbers of an ECDSA signature, from DER to 32 bytes each (RFC 7518, section 3.4).
fn fixed(der: &[u8]) -> Vec<u8> {
    let mut numbers = Vec::new();
    let mut rest = &der[2..];
    for _ in 0..2 {
        let (number, after) = rest[2..].split_at(usize::from(rest[1]));
        let short = &number[number.len().saturating_sub(32)..];
        numbers.extend(std::iter::repeat_n(0, 32 - short.len()));
        numbers.extend(short);
        rest = after;
    }
    numbers
}

pub(crate) enum Seal {
    By(Key),
    /// `alg: none`
    Nobody,
    /// `alg: HS256` with a secret.
    Secret(Vec<u8>),
}

pub(crate) fn token(seal: &Seal, claims: &Value) -> String {
    let header = match seal {
        Seal::By(key) => json!({"typ": "JWT", "alg": key.algorithm(), "kid": key.id()}),
        Seal::Nobody => json!({"typ": "JWT", "alg": "none"}),
        Seal::Secret(_) => json!({"typ": "JWT", "alg": "HS256"}),
    };
    let message = format!("{}.{}", BASE64.encode(header.to_string()), BASE64.encode(claims.to_string()));
    let signature = match seal {
        Seal::By(key) => key.sign(message.as_bytes()),
        Seal::Nobody => Vec::new(),
        Seal::Secret(secret) => hmac(secret, message.as_bytes()),
    };
    format!("{message}.{}", BASE64.encode(signature))
}

/// The left half of the SHA-256, as `at_hash` has it.
pub(crate) fn half_hash(text: &str) -> String {
    BASE64.encode(&Sha256::digest(text)[..16])
}

/// RFC 2104.
fn hmac(secret: &[u8], message: &[u8]) -> Vec<u8> {
    let mut key = [0; 64];
    match secret.len() {
        0..=64 => key[..secret.len()].copy_from_slice(secret),
        _ => key[..32].copy_from_slice(&Sha256::digest(secret)),
    }
    let hash = |pad: u8, rest: &[u8]| {
        let padded: Vec<u8> = key.iter().map(|byte| byte ^ pad).chain(rest.iter().copied()).collect();
        Sha256::digest(padded)
    };
    hash(0x5c, &hash(0x36, message)).to_vec()
}

#[test]
fn an_hmac_is_that_of_the_standard() {
    // RFC 4231, test case 2.
    let mac = hmac(b"Jefe", b"what do ya want for nothing?");
    assert_eq!(mac[..8], [0x5b, 0xdc, 0xc1, 0x46, 0xbf, 0x60, 0x75, 0x4e]);
}
