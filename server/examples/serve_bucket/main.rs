//! Serves a folder's folders as buckets by S3's protocol, on this machine only: to try buckets without AWS.
//!
//! ```sh
//! tls-sunset demo buckets/trail-logs                            # a trail, laid out as in a bucket
//! cargo run --example serve_bucket -- buckets 127.0.0.1:9000    # says how to start the server beside it
//! ```

use anyhow::{Context as _, ensure};
use axum::serve::ListenerExt as _;
use s3s::{auth::SimpleAuth, service::S3ServiceBuilder};
use std::{env, net::SocketAddr, path::PathBuf};

const KEY: &str = "AKIAIOSFODNN7EXAMPLE";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let mut args = env::args().skip(1);
    let folder: PathBuf = args.next().context("name the folder that holds the buckets")?.into();
    let address: SocketAddr = args.next().unwrap_or_else(|| "127.0.0.1:9000".into()).parse()?;
    ensure!(address.ip().is_loopback(), "its keys are known to everybody: choose a loopback address");
    let files = s3s_fs::FileSystem::new(&folder).map_err(|error| anyhow::anyhow!("{}: {error:?}", folder.display()))?;
    let mut service = S3ServiceBuilder::new(files);
    service.set_auth(SimpleAuth::from_single(KEY, SECRET));
    let service = service.build();
    let answer = move |request: axum::extract::Request| {
        let service = service.clone();
        async move {
            service.call(request.map(s3s::Body::http_body_unsync)).await.map_err(|error| {
                eprintln!("{error:?}");
                axum::http::StatusCode::INTERNAL_SERVER_ERROR
            })
        }
    };
    let listener = tokio::net::TcpListener::bind(address).await?;
    println!(
        "AWS_ACCESS_KEY_ID={KEY} AWS_SECRET_ACCESS_KEY={SECRET} tls-sunset serve --s3-endpoint http://{}",
        listener.local_addr()?
    );
    // As S3: an answer does not wait for acknowledgements.
    let listener = listener.tap_io(|connection| connection.set_nodelay(true).unwrap_or_default());
    axum::serve(listener, axum::Router::new().fallback(answer)).await?;
    Ok(())
}
