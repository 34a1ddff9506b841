//! Listening sockets.

use crate::Error;
use rustix::io::Errno;
use rustix::net::{
    AddressFamily, SocketFlags, SocketType, bind, getsockname, listen, socket_with, sockopt,
};
use std::net::SocketAddr;
use std::os::fd::OwnedFd;

/// Listens on an address; returns the socket and the address with its real
/// port. An IPv6 address takes IPv6 only, so that both can share a port.
pub(crate) fn listen_on(address: SocketAddr, backlog: u32) -> Result<(OwnedFd, SocketAddr), Error> {
    let failed = |errno: Errno| Error::Listen {
        address,
        source: errno.into(),
    };
    let family = if address.is_ipv6() {
        AddressFamily::INET6
    } else {
        AddressFamily::INET
    };
    let flags = SocketFlags::NONBLOCK | SocketFlags::CLOEXEC;
    let socket = socket_with(family, SocketType::STREAM, flags, None).map_err(failed)?;
    sockopt::set_socket_reuseaddr(&socket, true).map_err(failed)?;
    if address.is_ipv6() {
        sockopt::set_ipv6_v6only(&socket, true).map_err(failed)?;
    }
    bind(&socket, &address).map_err(failed)?;
    let backlog = i32::try_from(backlog).unwrap_or(i32::MAX);
    listen(&socket, backlog).map_err(failed)?;
    let local = getsockname(&socket).map_err(failed)?;
    let local = SocketAddr::try_from(local).map_err(failed)?;
    Ok((socket, local))
}
