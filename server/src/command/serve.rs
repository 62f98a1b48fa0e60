//! `tls-sunset serve`.

use super::signals::Signals;
use crate::{
    access::{Accounts, Limits, Provider, ProviderSettings},
    config::{Auth, Entrance, Storage, Stores},
    db,
    drawing::Drawing,
    http::{self, Door, Hosts, Site},
    ingest::{Buckets, Uploads},
    log,
    postgres::{self, Database},
    source::bucket::Access,
    store::{LONGEST_SHARE, PgStore},
};
use anyhow::{Context as _, bail, ensure};
use axum::serve::ListenerExt as _;
use sqlx::PgPool;
use std::{
    io::{self, ErrorKind, Write as _},
    net::SocketAddr,
    path::PathBuf,
    process::ExitCode,
    sync::Arc,
    time::Duration,
};
use tokio::net::TcpListener;

/// Serves the dashboard to this machine's browsers.
///
/// Without a Postgres of your own it starts an embedded one in the data folder and stops it again at the end.
#[derive(Debug, clap::Parser)]
#[command(after_help = "Examples:
  tls-sunset serve
  tls-sunset serve --addr 127.0.0.1:8080 --data-dir ./data
  tls-sunset serve --auth accounts --addr 0.0.0.0:3000 --host tls.example.org
  DATABASE_URL=postgres://sunset@db.internal/sunset tls-sunset serve
  SUNSET_LOG=debug SUNSET_LOG_FORMAT=json tls-sunset serve 2> log.ndjson")]
pub struct Args {
    /// Where to listen. Without accounts only a loopback address is taken.
    #[arg(long, env = "SUNSET_ADDR", default_value = "127.0.0.1:3000", value_name = "ADDRESS:PORT", value_parser = address)]
    addr: SocketAddr,

    /// Another host name (or name:port) to answer to, for a proxy or tunnel in front [may be repeated].
    #[arg(long = "host", env = "SUNSET_HOSTS", value_name = "NAME", value_delimiter = ',')]
    hosts: Vec<String>,

    /// Folder with the page's files [default: the one that `make build` put beside this program].
    #[arg(long, env = "SUNSET_SITE_DIR", value_name = "DIR")]
    site_dir: Option<PathBuf>,

    /// For how many days a share may be open at most; each expires.
    #[arg(long, env = "SUNSET_SHARE_DAYS", default_value_t = LONGEST_SHARE, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(1..=3650))]
    share_days: u32,

    #[command(flatten)]
    entrance: Entrance,

    #[command(flatten)]
    storage: Storage,

    #[command(flatten)]
    stores: Stores,
}

/// How long requests may go on after the signal to stop.
const GRACE: Duration = Duration::from_secs(10);

/// How long the database may take to stop.
const DATABASE_GRACE: Duration = Duration::from_secs(30);

pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    log::start();
    ensure!(
        args.addr.ip().is_loopback() || args.entrance.auth == Auth::Accounts,
        "{} can be reached from other machines, and nobody would need to sign in: start it with --auth accounts, or listen on \
         a loopback address such as 127.0.0.1:{} and reach it from elsewhere through an SSH tunnel.",
        args.addr,
        args.addr.port()
    );
    ensure!(
        args.addr.ip().is_loopback() || !args.hosts.is_empty(),
        "{} can be reached from other machines, but the server would not answer to any name that they know: give it with \
         --host NAME.",
        args.addr
    );
    ensure!(
        args.entrance.openid.oidc_issuer.is_none() || args.entrance.auth == Auth::Accounts,
        "A provider is named by which people sign in, but nobody needs to: start the server with --auth accounts as well."
    );
    let provider = ProviderSettings::new(&args.entrance.openid)?.map(Provider::new).transpose()?;
    let runtime = tokio::runtime::Runtime::new().context("cannot start threads")?;
    runtime.block_on(serve(args, provider))?;
    // A log file that is just being read goes on at the next start.
    runtime.shutdown_timeout(Duration::from_secs(1));
    Ok(ExitCode::SUCCESS)
}

async fn serve(args: Args, provider: Option<Provider>) -> anyhow::Result<()> {
    let site = Site::open(args.site_dir)?;
    // Before the database: a taken port is the most frequent reason to end at once.
    let listener = listen(args.addr).await?;
    let address = listener.local_addr().context("cannot tell the address that was opened")?;
    let data_dir = args.storage.data_dir()?;
    let database = postgres::open(&args.storage).await?;

    let readers = db::read::pool((*database.pool.connect_options()).clone()).await?;
    let served = async {
        let uploads = Uploads::start(database.pool.clone(), &data_dir).await?;
        let buckets = Buckets::start(&uploads, Access::from_environment(args.stores.endpoints()).await?);
        let store = PgStore::new(readers.clone(), uploads.clone(), buckets).with_longest_share(args.share_days);
        let drawing = Drawing::new(site.folder());
        let store = Arc::new(store.with_drawing(drawing.clone()));
        // Behind a proxy everybody seems to come from this machine.
        let is_private = args.addr.ip().is_loopback() && args.hosts.is_empty();
        let door = door(&args.entrance, database.pool.clone(), provider, is_private).await?;
        let (pool, hosts, longest_silence) = (readers.clone(), Hosts::new(args.hosts), http::LONGEST_SILENCE);
        let state = http::State { store, uploads, pool, site, drawing, hosts, door, longest_silence };
        let router = http::router(state);
        let _ = writeln!(io::stdout(), "TLS Sunset is at http://{address}");
        until_stopped(listener, router).await
    }
    .await;
    stop(readers, database).await;
    served
}

/// `is_private`: nobody from elsewhere can be the first to come.
async fn door(entrance: &Entrance, pool: PgPool, provider: Option<Provider>, is_private: bool) -> anyhow::Result<Door> {
    if entrance.auth == Auth::None {
        tracing::info!(
            "nobody needs to sign in (SUNSET_AUTH=none): whoever reaches this address from this machine may do everything; \
             start with SUNSET_AUTH=accounts to ask for names and passwords"
        );
        return Ok(Door::open());
    }
    let hours = |hours: u32| f64::from(hours) * 3600.0;
    let limits = Limits { idle: hours(entrance.session_idle), absolute: hours(entrance.session_hours) };
    let opened = Accounts::open(pool, limits, provider, !is_private).await;
    let (accounts, code) = opened.context("cannot look for accounts")?;
    if let Some(code) = code {
        tracing::warn!("nobody has an account yet: open /setup in a browser and give it the one-time code {code}");
    }
    Ok(Door::with_accounts(accounts, entrance.proxies.clone()))
}

async fn listen(address: SocketAddr) -> anyhow::Result<TcpListener> {
    match TcpListener::bind(address).await {
        Ok(listener) => Ok(listener),
        Err(error) if error.kind() == ErrorKind::AddrInUse => {
            bail!("{address} is in use: stop the other program or choose another port with --addr.")
        }
        Err(error) if error.kind() == ErrorKind::PermissionDenied => {
            bail!("This user may not listen at {address}: choose a port above 1023 with --addr.")
        }
        Err(error) => bail!("{address} cannot be listened at ({error}): choose another one with --addr."),
    }
}

/// Serves until SIGINT or SIGTERM, then lets running requests end, but not for ever; a second signal does not wait.
async fn until_stopped(listener: TcpListener, router: axum::Router) -> anyhow::Result<()> {
    let (mut first, mut second) = (Signals::new()?, Signals::new()?);
    // Pages come in pieces, and a small one must not wait until the browser has acknowledged the one before.
    let listener = listener.tap_io(|connection| {
        if let Err(error) = connection.set_nodelay(true) {
            tracing::debug!(%error, "a connection waits for acknowledgements");
        }
    });
    let router = router.into_make_service_with_connect_info::<SocketAddr>();
    let server = axum::serve(listener, router).with_graceful_shutdown(async move {
        first.next().await;
        tracing::info!("stopping");
    });
    let patience = async move {
        second.next().await;
        let _ = tokio::time::timeout(GRACE, second.next()).await;
    };
    tokio::select! {
        served = server => served.context("the server broke"),
        () = patience => {
            tracing::warn!("some requests had not ended and were cut off");
            Ok(())
        }
    }
}

async fn stop(readers: PgPool, database: Database) {
    let closed = async {
        readers.close().await;
        database.close().await;
    };
    if tokio::time::timeout(DATABASE_GRACE, closed).await.is_err() {
        tracing::warn!("the database did not stop in time; it recovers at the next start");
    }
}

fn address(text: &str) -> Result<SocketAddr, String> {
    let numeric = text.strip_prefix("localhost:").map_or_else(|| text.to_owned(), |port| format!("127.0.0.1:{port}"));
    numeric.parse().map_err(|_| "write it as 127.0.0.1:3000".to_owned())
}
