//! Listening sockets.

use crate::{Config, Error};
use rustix::io::Errno;
use rustix::net::{
    AddressFamily, SocketFlags, SocketType, bind, getsockname, listen, socket_with, sockopt,
};
use socket2::SockRef;
use std::net::SocketAddr;
use std::os::fd::OwnedFd;

/// Listens on an address; returns the socket and the address with its real
/// port. An IPv6 address takes IPv6 only, so that both can share a port.
///
/// What is set on it here, the sockets that it accepts have too.
pub(crate) fn listen_on(
    address: SocketAddr,
    config: &Config,
) -> Result<(OwnedFd, SocketAddr), Error> {
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
    if let Some(interface) = &config.interface {
        let bound = SockRef::from(&socket).bind_device(Some(interface.as_bytes()));
        bound.map_err(|source| Error::Listen { address, source })?;
    }
    if let Some(keep_alive) = &config.tcp_keep_alive {
        sockopt::set_socket_keepalive(&socket, true).map_err(failed)?;
        sockopt::set_tcp_keepidle(&socket, keep_alive.idle).map_err(failed)?;
        sockopt::set_tcp_keepintvl(&socket, keep_alive.interval).map_err(failed)?;
        sockopt::set_tcp_keepcnt(&socket, keep_alive.count).map_err(failed)?;
    }
    bind(&socket, &address).map_err(failed)?;
    let backlog = i32::try_from(config.backlog).unwrap_or(i32::MAX);
    listen(&socket, backlog).map_err(failed)?;
    let local = getsockname(&socket).map_err(failed)?;
    let local = SocketAddr::try_from(local).map_err(failed)?;
    Ok((socket, local))
}
