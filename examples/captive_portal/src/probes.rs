//! Where systems look whether they are online, and what they look for.

use dunlin::Status;

/// A place that a system asks for, on a host of its maker, without TLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Probe {
    /// The path.
    pub path: &'static str,
    /// The status it looks for.
    pub status: Status,
    /// The type of the body.
    pub content_type: &'static str,
    /// The body it looks for.
    pub body: &'static str,
}

/// The probe with a path.
pub fn find(path: &str) -> Option<&'static Probe> {
    PROBES.iter().find(|probe| probe.path == path)
}

const fn probe(path: &'static str, content_type: &'static str, body: &'static str) -> Probe {
    Probe {
        path,
        status: Status::OK,
        content_type,
        body,
    }
}

const fn no_content(path: &'static str) -> Probe {
    Probe {
        status: Status::NO_CONTENT,
        ..probe(path, TEXT, "")
    }
}

/// Those of Android and Chromium, Apple, Windows, Firefox, and desktops of Linux.
pub const PROBES: &[Probe] = &[
    no_content("/generate_204"),
    no_content("/gen_204"),
    probe("/hotspot-detect.html", HTML, APPLE),
    probe("/library/test/success.html", HTML, APPLE),
    probe("/connecttest.txt", TEXT, "Microsoft Connect Test"),
    probe("/ncsi.txt", TEXT, "Microsoft NCSI"),
    probe("/success.txt", TEXT, "success\n"),
    probe(
        "/canonical.html",
        HTML,
        r#"<meta http-equiv="refresh" content="0;url=https://support.mozilla.org/kb/captive-portal"/>"#,
    ),
    probe(
        "/check_network_status.txt",
        TEXT,
        "NetworkManager is online\n",
    ),
    probe("/nm", TEXT, "NetworkManager is online\n"),
];

const TEXT: &str = "text/plain";

const HTML: &str = "text/html";

const APPLE: &str = "<HTML><HEAD><TITLE>Success</TITLE></HEAD><BODY>Success</BODY></HTML>";
