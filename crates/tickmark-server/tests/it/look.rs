//! Light or dark without a script: a cookie, and a style sheet that follows it.

use super::site::Site;

#[test]
fn a_choice_is_kept_and_the_style_sheet_follows_it() {
    let (site, mut owner) = Site::owned();
    assert!(owner.get("/look").body.contains("value=\"auto\" checked"));
    let session = owner.cookie.clone().unwrap();
    let reply = owner.post("/look", &[("look", "dark")]);
    assert_eq!((reply.status, reply.location()), (303, "/look"));
    let kept = reply.header("set-cookie").unwrap();
    assert!(
        kept.starts_with("tickmark-look=dark; Path=/; Max-Age="),
        "{kept}"
    );
    let both = format!("{session}; tickmark-look=dark");
    owner.cookie = Some(both);
    let page = owner.get("/look");
    assert!(
        page.body.contains("value=\"dark\" checked"),
        "{}",
        page.body
    );

    let mut nobody = site.browser();
    let mut style = |look: &str| {
        let cookie = format!("tickmark-look={look}");
        let reply = nobody.get_with("/assets/style.css", &[("cookie", &cookie)]);
        assert_eq!(reply.header("vary"), Some("cookie"));
        reply.body
    };
    assert!(style("auto").contains("@media screen and (prefers-color-scheme: dark)"));
    let dark = style("dark");
    assert!(!dark.contains("prefers-color-scheme: dark)") && dark.contains("color-scheme: dark;"));
    assert!(style("light").contains("@media not all"));
    // Anything else is no choice.
    assert_eq!(style("</style><script>"), style("auto"));
}

#[test]
fn the_own_pages_have_the_navigation_of_all_others() {
    let (_site, mut owner) = Site::owned();
    for path in ["/account", "/users", "/look", "/nothing/at/all"] {
        let page = owner.get(path).body;
        let missing = path == "/nothing/at/all";
        // An address outside the table is answered before anybody is asked who it is from.
        assert_eq!(page.contains("aria-label=\"Main\""), !missing, "{path}");
        assert_eq!(page.matches("<h1").count(), 1, "{path}");
    }
    let missing = owner.get("/controls/XYZ-99").body;
    assert!(missing.contains("aria-label=\"Main\"") && missing.contains("Not found"));
}

#[test]
fn lists_are_served_as_workbooks() {
    let (_site, mut owner) = Site::owned();
    for path in [
        "/controls",
        "/exceptions",
        "/evidence",
        "/ledger",
        "/matrix",
        "/sources",
    ] {
        let reply = owner.get(&format!("{path}?as=xlsx"));
        assert_eq!(reply.status, 200, "{path}");
        let name = reply.header("content-disposition").unwrap();
        assert!(
            name.starts_with("attachment; ") && name.contains(".xlsx"),
            "{path}: {name}"
        );
    }
}

#[test]
fn a_report_is_read_before_it_is_downloaded() {
    let (_site, mut owner) = Site::owned();
    for kind in ["type2", "readiness"] {
        let page = owner.get(&format!("/reports/{kind}"));
        assert_eq!(page.status, 200);
        assert!(page.body.contains("class=\"report\""), "{kind}");
    }
    assert_eq!(owner.get("/reports/workbook").status, 404);
    assert_eq!(owner.get("/reports/type2/exe").status, 404);
}
