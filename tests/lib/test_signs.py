"""The signs of the sprite as pictures of their own."""

from xml.etree import ElementTree

import pytest

from cdn_portal.lib.signs import sign

THEMATICS = ("e-education", "e-sante", "mediation-inclusion", "territoires-intelligents", "e-administration")


@pytest.mark.parametrize("code", THEMATICS)
def test_each_thematic_has_its_sign(code):
    picture = ElementTree.fromstring(sign(f"thematic-{code}", "Signe & titre"))
    assert picture.findtext("title") == "Signe & titre"
    assert len(picture) > 1
    assert "currentColor" not in sign(f"thematic-{code}", "x")


def test_an_unknown_sign_is_nothing():
    assert sign("thematic-inconnue", "x") == ""
