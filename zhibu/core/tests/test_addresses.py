"""Whose request it is, whatever is written into the header."""

from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhibu.core.addresses import UNKNOWN, client_of, is_trusted, networks, parse, source_of

OURS = networks(["127.0.0.1", "10.9.0.0/16", "::1", "fd00::/8"])
HOPS = st.lists(st.ip_addresses().map(str) | st.sampled_from(["", "unknown", "_hidden", "10.9.1.1", "x"]))


@pytest.mark.parametrize(
    ("peer", "header", "client"),
    [
        ("127.0.0.1", "10.1.2.3", "10.1.2.3"),
        ("127.0.0.1", "6.6.6.6, 10.1.2.3", "10.1.2.3"),
        ("127.0.0.1", "6.6.6.6, 10.1.2.3, 10.9.0.5", "10.1.2.3"),
        ("127.0.0.1", "10.9.0.7, 10.9.0.5", "10.9.0.7"),
        ("127.0.0.1", "10.1.2.3:51034", "10.1.2.3"),
        ("127.0.0.1", "2001:db8::7", "2001:db8::7"),
        ("127.0.0.1", '"[2001:db8::7]:443"', "2001:db8::7"),
        ("127.0.0.1", "fe80::1%eth0", "fe80::1"),
        ("::ffff:127.0.0.1", "10.1.2.3", "10.1.2.3"),
        ("[fd00::9]:8000", "10.1.2.3", "10.1.2.3"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "unknown", "127.0.0.1"),
        ("127.0.0.1", "10.1.2.3, <script>", "127.0.0.1"),
        ("127.0.0.1", "<script>, 10.1.2.3", "10.1.2.3"),
        ("127.0.0.1", ",,,", "127.0.0.1"),
        ("8.8.8.8", "10.1.2.3", "8.8.8.8"),
        ("8.8.8.8", "127.0.0.1", "8.8.8.8"),
        ("", "10.1.2.3", UNKNOWN),
    ],
)
def test_the_client_is_the_last_stranger(peer: str, header: str, client: str) -> None:
    assert client_of(peer, header, OURS) == client


@given(st.ip_addresses().map(str), HOPS)
def test_a_strangers_header_changes_nothing(peer: str, hops: list[str]) -> None:
    assert client_of(peer, ", ".join(hops), ()) == str(parse(peer))


@given(HOPS, st.ip_addresses().filter(lambda a: not is_trusted(str(a), OURS)))
def test_what_stands_left_of_the_first_stranger_is_never_read(hops: list[str], stranger: object) -> None:
    header = ", ".join([*hops, str(stranger)])
    assert client_of("127.0.0.1", header, OURS) == str(parse(str(stranger)))


@given(st.text(max_size=200), st.text(max_size=200))
def test_any_junk_gives_an_address_or_unknown(peer: str, header: str) -> None:
    client = client_of(peer, header, OURS)
    assert client == UNKNOWN or str(ip_address(client)) == client
    assert source_of(client)


def test_a_limit_counts_an_ipv6_household_once() -> None:
    assert source_of("2001:db8:1:2::5") == source_of("2001:db8:1:2:ffff::9") == "2001:db8:1:2::/64"
    assert source_of("2001:db8:1:3::5") != source_of("2001:db8:1:2::5")
    assert source_of("10.1.2.3") == "10.1.2.3"


def test_a_network_with_host_bits_is_refused_rather_than_guessed() -> None:
    with pytest.raises(ValueError, match="host bits"):
        networks(["10.9.0.1/16"])
