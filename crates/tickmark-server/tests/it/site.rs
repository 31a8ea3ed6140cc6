//! A server that runs, with a clock that is set by hand and secrets that nobody draws.

use std::{
    io::{Read as _, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    thread::JoinHandle,
};

use tickmark_core::model::{
    clock::Clock,
    time::{DAY_US, Period, Time},
};
use tickmark_log::digest::sha256;
use tickmark_server::{
    Journal, Policy, Random, Role, Server, Settings, Stopper, Unrandom,
    identity::{Cost, NewEngagement, Place},
};

use super::{
    browser::Browser,
    company::{Fake, OWNER, PERIOD},
};

pub const PASSWORD: &str = "correct horse battery";
pub const OWNER_MAIL: &str = "olga@acme.example";

/// A clock that is set by hand.
pub struct Hands(AtomicI64);

impl Hands {
    pub fn turn(&self, us: i64) {
        self.0.fetch_add(us, Ordering::SeqCst);
    }
}

impl Clock for Hands {
    fn now(&self) -> Time {
        Time::from_micros(self.0.load(Ordering::SeqCst))
    }
}

/// Secrets that are different each time and the same in each run.
pub struct Counted(AtomicU64);

impl Default for Counted {
    fn default() -> Self {
        Self(AtomicU64::new(1))
    }
}

impl Random for Counted {
    fn bytes32(&self) -> Result<[u8; 32], Unrandom> {
        let n = self.0.fetch_add(1, Ordering::SeqCst);
        Ok(sha256(&n.to_be_bytes()).0)
    }
}

/// What the server wrote about its work.
#[derive(Clone, Default)]
pub struct Written(Arc<Mutex<Vec<u8>>>);

impl Written {
    pub fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

pub struct Site {
    pub address: SocketAddr,
    pub clock: Arc<Hands>,
    pub company: Arc<Fake>,
    pub server: Arc<Server>,
    pub written: Written,
    stopper: Stopper,
    thread: Option<JoinHandle<()>>,
    pub folder: tempfile::TempDir,
}

impl Site {
    pub fn start() -> Self {
        Self::start_with(|_| {})
    }

    pub fn start_with(change: impl FnOnce(&mut Settings)) -> Self {
        Self::start_as(change, |server| server)
    }

    /// The same, with what is set up on the server itself.
    pub fn start_as(
        change: impl FnOnce(&mut Settings),
        more: impl FnOnce(Server) -> Server,
    ) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut settings = Settings::new(folder.path().join("server.db"));
        settings.policy = Policy {
            cost: Cost::for_testing(),
            ..Policy::default()
        };
        settings.limits.grace_s = 1;
        change(&mut settings);
        let noon = Time::parse("2026-07-02T12:00:00Z").unwrap();
        let clock = Arc::new(Hands(AtomicI64::new(noon.micros())));
        let company = Arc::new(Fake::new());
        let written = Written::default();
        let server = Server::new(
            company.clone(),
            settings,
            clock.clone(),
            Arc::new(Counted::default()),
        )
        .unwrap()
        .journal(Journal::new(Box::new(written.clone())));
        let server = Arc::new(more(server));
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let stopper = server.stopper();
        let thread = {
            let server = Arc::clone(&server);
            std::thread::spawn(move || server.run(listener).unwrap())
        };
        Self {
            address,
            clock,
            company,
            server,
            written,
            stopper,
            thread: Some(thread),
            folder,
        }
    }

    /// Started, and the first owner has come in.
    pub fn owned() -> (Self, Browser) {
        let site = Self::start();
        let owner = site.owner();
        (site, owner)
    }

    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn browser(&self) -> Browser {
        Browser::new(&self.origin())
    }

    /// The first owner.
    pub fn owner(&self) -> Browser {
        let identity = self.server.identity();
        let link = identity.first_link().unwrap().unwrap();
        let session = identity
            .take_up(link.reveal(), OWNER_MAIL, "Olga Owner", PASSWORD)
            .unwrap();
        self.browser().with_session(session.reveal())
    }

    /// Somebody of that role, signed in; control owners own all controls of the sample, auditors examine its period.
    pub fn member(&self, role: Role) -> Browser {
        self.member_at(&place(role))
    }

    pub fn member_at(&self, place: &Place) -> Browser {
        let identity = self.server.identity();
        let mail = format!("{}@acme.example", place.role.name());
        let link = identity.invite(&mail, place.role.words(), place).unwrap();
        let session = identity
            .take_up(link.reveal(), "", place.role.words(), PASSWORD)
            .unwrap();
        self.browser().with_session(session.reveal())
    }

    /// Number of an account.
    pub fn account(&self, mail: &str) -> i64 {
        let members = self.server.identity().members().unwrap();
        let member = members.iter().find(|m| m.viewer.mail == mail).unwrap();
        member.viewer.account
    }

    /// Sends bytes as they are and reads everything that comes back.
    pub fn raw(&self, request: &str) -> String {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// Everything in the files of the accounts.
    pub fn database_bytes(&self) -> Vec<u8> {
        let mut all = Vec::new();
        for file in std::fs::read_dir(self.folder.path()).unwrap() {
            let path = file.unwrap().path();
            std::fs::File::open(path)
                .unwrap()
                .read_to_end(&mut all)
                .unwrap();
        }
        all
    }
}

/// The usual place of a role.
pub fn place(role: Role) -> Place {
    Place {
        role,
        stands_for: (role == Role::ControlOwner).then(|| OWNER.to_owned()),
        engagement: (role == Role::Auditor).then(|| engagement(PERIOD)),
    }
}

pub fn engagement(period: &str) -> NewEngagement {
    let noon = Time::parse("2026-07-02T12:00:00Z").unwrap();
    NewEngagement {
        name: "SOC 2 Type 2".into(),
        period: Some(Period::parse(period).unwrap()),
        until: noon.plus(30 * DAY_US),
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.stopper.stop();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
