"""Where a request truly comes from when it was handed on by a proxy. Pure: no Django, no network."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from itertools import islice
from typing import Final

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

UNKNOWN: Final = "unknown"
"""What stands for a peer without an address: nobody trusts it, and all such share one limit."""
_HOPS_READ: Final = 32
_PREFIX_OF_A_HOUSE: Final = 64


def networks(words: Sequence[str]) -> tuple[Network, ...]:
    """Addresses and networks (``10.0.0.7``, ``10.0.0.0/8``, ``fd00::/8``). Raises ``ValueError`` on others.

    >>> networks(["127.0.0.1", "fd00::/8"])
    (IPv4Network('127.0.0.1/32'), IPv6Network('fd00::/8'))
    """
    return tuple(ip_network(word.strip()) for word in words)


def parse(text: str) -> Address | None:
    """One address as proxies write it: with or without port, brackets, zone; an IPv4 inside an IPv6 is itself.

    None for everything else (``unknown``, a name, junk).

    >>> parse("[2001:db8::1]:443"), parse("10.1.2.3:5050"), parse("::ffff:10.1.2.3"), parse("unknown")
    (IPv6Address('2001:db8::1'), IPv4Address('10.1.2.3'), IPv4Address('10.1.2.3'), None)
    """
    word = text.strip().strip('"')
    if word.startswith("["):
        word = word[1:].partition("]")[0]
    elif word.count(":") == 1:
        word = word.partition(":")[0]
    try:
        address = ip_address(word.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def is_trusted(peer: str, trusted: Sequence[Network]) -> bool:
    """True when the peer is one of our proxies: only then may its headers be believed."""
    address = parse(peer)
    return address is not None and _is_in(address, trusted)


def client_of(peer: str, forwarded_for: str, trusted: Sequence[Network]) -> str:
    """The address of the client: of the hops (``X-Forwarded-For``, then the peer) the last that is not ours.

    Each proxy of ours wrote its own peer at the end of the list; what stands to the left of the first
    stranger was written by strangers. Something that is no address ends the search at the proxy that
    passed it on. An untrusted peer is the client, whatever its header says.

    >>> client_of("127.0.0.1", "6.6.6.6, 10.1.2.3", networks(["127.0.0.1"]))
    '10.1.2.3'
    """
    client = parse(peer)
    if client is None:
        return UNKNOWN
    for word in islice(reversed(forwarded_for.split(",")), _HOPS_READ):
        if not _is_in(client, trusted):
            break
        hop = parse(word)
        if hop is None:
            break
        client = hop
    return str(client)


def source_of(client: str) -> str:
    """Whom a limit counts: an IPv4 address, or the /64 that a household or an office gets in IPv6.

    >>> source_of("2001:db8:1:2:3::4"), source_of("10.1.2.3")
    ('2001:db8:1:2::/64', '10.1.2.3')
    """
    address = parse(client)
    if isinstance(address, IPv6Address):
        return str(ip_network((address, _PREFIX_OF_A_HOUSE), strict=False))
    return client


def _is_in(address: Address, trusted: Sequence[Network]) -> bool:
    return any(address in network for network in trusted if network.version == address.version)
