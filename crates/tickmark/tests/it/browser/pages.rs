//! Every page of the navigation over the sample company: axe, console, light and dark, wide and narrow.

use serde_json::json;

use super::{
    axe,
    driver::{self, Browser},
    journeys::sample,
    site::Site,
};

#[test]
fn every_page_of_the_navigation_is_accessible_wide_and_narrow() {
    if !driver::there() {
        return;
    }
    let desk = sample();
    let site = Site::serve(&desk, "d");
    let browser = Browser::open(1280, 900);
    site.owner(&browser);
    site.page(&browser, "/");
    let links = browser.run(
        "return [...new Set([...document.querySelectorAll('nav a')].map(a => a.getAttribute('href')))].filter(h => h.startsWith('/'))",
        &json!([]),
    );
    let mut paths: Vec<String> = links
        .as_array()
        .unwrap()
        .iter()
        .map(|l| l.as_str().unwrap().to_owned())
        .collect();
    assert!(paths.len() > 15, "{paths:?}");
    paths.extend(
        [
            "/controls/CHG-01",
            "/tests/CHG-01.approval",
            "/populations/change",
            "/criteria/CC6.2",
        ]
        .map(str::to_owned),
    );
    for path in &paths {
        site.page(&browser, path);
        axe::clean(&browser, path);
        assert_eq!(browser.complaints(), Vec::<String>::new(), "{path}");
        browser.picture(&format!("wide{}", path.replace('/', "-")));
    }
    let phone = Browser::open(390, 844);
    phone.go(&format!("{}/sign-in", site.address));
    phone.fill("input[name=mail]", "ada@acme.example");
    phone.fill("input[name=password]", super::site::PASSWORD);
    phone.click("main form button[type=submit]");
    phone.says("Sign out");
    for path in &paths {
        site.page(&phone, path);
        let fits = phone.run(
            "return document.documentElement.scrollWidth - window.innerWidth",
            &json!([]),
        );
        assert!(
            fits.as_i64().is_some_and(|over| over <= 0),
            "{path} is {fits} pixels too wide for a phone"
        );
        phone.picture(&format!("narrow{}", path.replace('/', "-")));
    }
}
