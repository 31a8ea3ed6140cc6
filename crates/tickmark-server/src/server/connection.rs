//! Connections: how many, how slow, and what holds for every request on them before a route sees it.

use std::{
    convert::Infallible,
    io,
    net::{IpAddr, TcpListener},
    pin::pin,
    sync::Arc,
    time::Duration,
};

use axum::{Router, body::Body, http::Request, response::Response};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::TcpStream,
    sync::{OwnedSemaphorePermit, Semaphore, watch},
};
use tower_service::Service as _;

use super::App;
use crate::{
    http::{
        fault::{Face, Fault},
        headers,
        host::addressed,
        journal::Line,
    },
    rights::Role,
};

/// What a connection knows of a request: whom it was addressed to, and from where it came.
#[derive(Debug, Clone)]
pub(crate) struct Arrived {
    pub host: String,
    pub peer: IpAddr,
}

/// What a route says about its answer, for the journal.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Answered {
    pub route: &'static str,
    pub role: Option<Role>,
}

pub(super) async fn accept(
    app: Arc<App>,
    router: Router,
    listener: TcpListener,
    mut stop: watch::Receiver<bool>,
) -> io::Result<()> {
    let listener = tokio::net::TcpListener::from_std(listener)?;
    let limits = app.settings.limits;
    let room = Arc::new(Semaphore::new(limits.connections));
    loop {
        let Ok(permit) = Arc::clone(&room).acquire_owned().await else {
            break;
        };
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = stopped(&mut stop) => break,
        };
        match accepted {
            Ok((stream, peer)) => {
                let served = serve(
                    Arc::clone(&app),
                    router.clone(),
                    stream,
                    peer.ip(),
                    stop.clone(),
                    permit,
                );
                tokio::spawn(served);
            }
            // Out of file descriptors, or a client that is gone already: the next one may be better.
            Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    }
    drop(listener);
    let all = u32::try_from(limits.connections).unwrap_or(u32::MAX);
    let ended = room.acquire_many(all);
    let _ = tokio::time::timeout(Duration::from_secs(limits.grace_s), ended).await;
    Ok(())
}

async fn serve(
    app: Arc<App>,
    router: Router,
    stream: TcpStream,
    peer: IpAddr,
    mut stop: watch::Receiver<bool>,
    _room: OwnedSemaphorePermit,
) {
    let _ = stream.set_nodelay(true);
    let head = Duration::from_secs(app.settings.limits.head_s);
    let service = service_fn(|request| respond(Arc::clone(&app), router.clone(), peer, request));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(head)
        .max_buf_size(64 << 10)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = pin!(connection);
    let mut asked_to_stop = false;
    loop {
        tokio::select! {
            _ = connection.as_mut() => return,
            () = stopped(&mut stop), if !asked_to_stop => {
                asked_to_stop = true;
                connection.as_mut().graceful_shutdown();
            }
        }
    }
}

/// Waits until the server is to stop; that nobody can say so any more counts too.
async fn stopped(stop: &mut watch::Receiver<bool>) {
    let _ = stop.wait_for(|stop| *stop).await;
}

async fn respond(
    app: Arc<App>,
    mut router: Router,
    peer: IpAddr,
    mut request: Request<Incoming>,
) -> Result<Response, Infallible> {
    let began = app.clock.now();
    let method = method_name(&request);
    let face = Face::of(request.uri().path());
    let mut answer = match addressed(request.uri(), request.headers(), &app.settings.names) {
        None => Fault::NotOurName.answer(face, None),
        Some(host) => {
            let peer = client(&app, &request, peer);
            request.extensions_mut().insert(Arrived { host, peer });
            router.call(request.map(Body::new)).await?
        }
    };
    headers::secure(answer.headers_mut(), app.settings.tls);
    let known = answer.extensions().get::<Answered>().copied();
    app.journal.request(Line {
        at: began,
        method,
        route: known.map_or("-", |k| k.route),
        status: answer.status().as_u16(),
        role: known.and_then(|k| k.role),
        took_us: app.clock.now().since(began),
    });
    Ok(answer)
}

/// A method as a word of ours: what a client invents is not written to the journal.
fn method_name(request: &Request<Incoming>) -> &'static str {
    match request.method().as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "DELETE" => "DELETE",
        _ => "other",
    }
}

/// Where a request came from. A proxy is believed only if the operator says that there is one, and only its own word: the last value.
fn client(app: &App, request: &Request<Incoming>, peer: IpAddr) -> IpAddr {
    if !app.settings.proxied {
        return peer;
    }
    let last = request
        .headers()
        .get_all("x-forwarded-for")
        .iter()
        .next_back();
    last.and_then(|value| value.to_str().ok())
        .and_then(|text| text.rsplit(',').next())
        .and_then(|text| text.trim().parse().ok())
        .unwrap_or(peer)
}
