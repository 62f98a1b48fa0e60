# Each target prepares what it needs (tools/setup) and rebuilds only what has changed.

SERVER := target/release/tls-sunset
PROFILE := release
# A queries' check is a target of its own; everything else compiles against .sqlx, without a database.
export SQLX_OFFLINE := true

.PHONY: help run build dev site test lint rules unit chaos fuzz sqlx-check e2e screenshot bench bench-peers sqlx

help: ## Show this list
	@sed -n 's/^\([a-z0-9-]*\):.*## \(.*\)/\1\t\2/p' Makefile | awk -F '\t' '{ printf "make %-12s %s\n", $$1, $$2 }'

run: build ## Build in release mode, serve http://127.0.0.1:3000 (ARGS="--addr …" for more)
	@tools/setup postgres
	@exec $(SERVER) serve --data-dir data $(ARGS)

build: site ## Build target/release/tls-sunset and what the browser loads
	cargo build --release

dev: ## Serve a debug build, rebuild and restart on every change
	@tools/setup rust node postgres
	@exec node tools/dev.mjs $(ARGS)

site:
	@tools/setup rust node
	@node frontend/build.mjs $(PROFILE)

test: lint unit sqlx-check e2e ## Run every check and every test

lint: ## Formatting, lints (server and browser) and house rules
	@tools/setup rust lints
	cargo fmt --all --check
	cargo clippy --all-targets -- -D warnings
	cargo clippy --package frontend --target wasm32-unknown-unknown -- -D warnings
	@tools/rules
	@# The fuzz target has a lock file of its own, which nothing else reads.
	@cargo metadata --locked --format-version 1 --manifest-path server/fuzz/Cargo.toml >/dev/null

unit: ## Unit, property, snapshot and integration tests, on a Postgres of their own
	@tools/setup rust node postgres
	@node frontend/build.mjs draw
	tools/with-postgres cargo test

chaos: ## The longer variants of tests, and those that need Python (moto: another S3, SQS and STS)
	@tools/setup rust node postgres moto
	@node frontend/build.mjs draw
	tools/with-postgres cargo test --package server --test it -- --ignored

fuzz: ## Fuzz the parsers (SECONDS=300), with AddressSanitizer
	@tools/setup rust
	tools/fuzz $(SECONDS)

sqlx-check:
	@tools/setup rust postgres sqlx
	tools/with-postgres tools/sqlx --check

sqlx: ## Write .sqlx anew, after a change to a query or the schema
	@tools/setup rust postgres sqlx
	tools/with-postgres tools/sqlx

e2e: site ## The whole journey in Chromium (E2E="-g trend" for a part of it)
	@tools/setup postgres chromium
	cargo build --bin tls-sunset --example serve_bucket
	cd frontend && node_modules/.bin/playwright test --config e2e/playwright.config.js $(E2E)

screenshot: site ## Renew the picture in the README
	@tools/setup postgres chromium
	cargo build --bin tls-sunset --example serve_bucket
	cd frontend && SCREENSHOT=$(CURDIR)/frontend/e2e/overview.png node_modules/.bin/playwright test --config e2e/playwright.config.js --project screenshot

bench: build ## Measure reading, counting and answering
	@tools/setup postgres
	tools/bench

bench-peers: build ## The same counts by DuckDB and ClickHouse
	tools/bench-peers
