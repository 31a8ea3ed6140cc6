//! The outbox against a list in memory: whatever carriers and crashes do, over a channel that does not know repeats nothing is sent
//! twice, over one that does nothing is lost.

use std::cell::RefCell;
use std::collections::BTreeMap;

use proptest::prelude::*;
use tempfile::TempDir;
use tickmark_core::model::clock::Clock as _;
use tickmark_core::model::time::Time;
use tickmark_notify::outbox::Progress;
use tickmark_notify::{Carrier, Channel, Failure, Message, Outbox};

use super::scene::{entering, message, noon};

/// What happens to the next attempt.
#[derive(Debug, Clone, Copy)]
enum Luck {
    Arrives,
    Later,
    Never,
    /// It arrives and nobody hears of it.
    Unsure,
    /// The process dies before it leaves, or after it has arrived.
    Dies(bool),
}

/// A network of which every turn is known.
struct Network {
    luck: RefCell<Vec<Luck>>,
    arrived: RefCell<BTreeMap<(Channel, String), u32>>,
}

/// A process that died leaves its outbox as it was.
struct Died;

impl Carrier for Network {
    fn carry(&self, channel: Channel, message: &Message, _: Time) -> Result<(), Failure> {
        let luck = self.luck.borrow_mut().pop().unwrap_or(Luck::Arrives);
        let arrives = matches!(luck, Luck::Arrives | Luck::Unsure | Luck::Dies(true));
        if arrives {
            let key = (channel, message.id.clone());
            *self.arrived.borrow_mut().entry(key).or_default() += 1;
        }
        let why = "luck".to_owned();
        match luck {
            Luck::Arrives => Ok(()),
            Luck::Later => Err(Failure::Later(why)),
            Luck::Never => Err(Failure::Never(why)),
            Luck::Unsure => Err(Failure::Unsure(why)),
            Luck::Dies(_) => std::panic::panic_any(Died),
        }
    }
}

fn luck() -> impl Strategy<Value = Luck> {
    prop_oneof![
        3 => Just(Luck::Arrives),
        2 => Just(Luck::Later),
        1 => Just(Luck::Never),
        1 => Just(Luck::Unsure),
        1 => any::<bool>().prop_map(Luck::Dies),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn at_most_once_or_at_least_once_as_the_channel_says(
        lucks in proptest::collection::vec(luck(), 0..30),
        count in 1..5_usize,
    ) {
        let dir = TempDir::new().unwrap();
        let path = dir.path().join("notices.db");
        let clock = noon();
        let network = Network { luck: RefCell::new(lucks), arrived: RefCell::default() };
        let messages: Vec<Message> = (0..count).map(|n| message(&n.to_string(), "ada@acme.example")).collect();
        let entering: Vec<_> = messages.iter().cloned().map(entering).collect();
        Outbox::open(&path).unwrap().enter(&entering, &[], &Channel::ALL, clock.now()).unwrap();
        for _ in 0..80 {
            let mut outbox = Outbox::open(&path).unwrap();
            outbox.recover(clock.now()).unwrap();
            let alive = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| outbox.deliver(&network, &clock)));
            match alive {
                Ok(said) => { said.unwrap(); }
                Err(why) => prop_assert!(why.is::<Died>()),
            }
            clock.wait(6 * 60);
        }
        let outbox = Outbox::open(&path).unwrap();
        let standing = outbox.standing().unwrap();
        prop_assert_eq!(standing.waiting, 0);
        prop_assert_eq!(outbox.lost().unwrap().len() as u64, standing.unsure + standing.failed);
        let arrived = network.arrived.borrow();
        for line in outbox.lines(100).unwrap() {
            let channel: Channel = line.channel.parse().unwrap();
            let times = arrived.get(&(channel, line.id.clone())).copied().unwrap_or(0);
            if channel.knows_repeats() {
                prop_assert!(line.progress != Progress::Unsure);
                prop_assert!(line.progress != Progress::Sent || times > 0);
            } else {
                prop_assert!(times <= 1, "{} arrived {times} times by {channel}", line.id);
                prop_assert!((line.progress == Progress::Sent) <= (times == 1));
                // Nothing that arrived is said to be lost for sure.
                prop_assert!(line.progress != Progress::Failed || times == 0);
            }
        }
    }
}

#[test]
fn a_channel_rests_after_a_failure_and_the_others_do_not_wait_for_it() {
    struct Down;
    impl Carrier for Down {
        fn carry(&self, channel: Channel, _: &Message, _: Time) -> Result<(), Failure> {
            match channel {
                Channel::Mail => Err(Failure::Later("nobody is there".to_owned())),
                _ => Ok(()),
            }
        }
    }
    let dir = TempDir::new().unwrap();
    let mut outbox = Outbox::open(&dir.path().join("notices.db")).unwrap();
    let clock = noon();
    let entering: Vec<_> = ["1", "2", "3"]
        .map(|n| entering(message(n, "ada@acme.example")))
        .to_vec();
    outbox
        .enter(
            &entering,
            &[],
            &[Channel::Mail, Channel::Webhook],
            clock.now(),
        )
        .unwrap();
    let said = outbox.deliver(&Down, &clock).unwrap();
    assert_eq!(said.len(), 4, "{said:?}");
    assert!(
        said[0].ends_with("by mail: waiting: nobody is there"),
        "{}",
        said[0]
    );
    assert!(said.iter().all(|line| !line.contains("ada@")));
    let mut more = 0;
    for _ in 0..40 {
        clock.wait(6 * 60);
        more += outbox.deliver(&Down, &clock).unwrap().len();
    }
    assert_eq!(more, 3 * 12 - 1, "each is given up after twelve attempts");
    assert_eq!(outbox.standing().unwrap().failed, 3);
}
