"""Settings of managed login with every member that there is."""

from typing import Any

BUTTON = {"backgroundColor": "0972d3ff", "borderColor": "0972d3ff", "textColor": "ffffffff"}
STATES = {"defaults": BUTTON, "hover": BUTTON, "active": BUTTON}
STATUS = {"backgroundColor": "fff7f7ff", "borderColor": "d91515ff", "indicatorColor": "d91515ff"}
ENABLED = {"enabled": True}


def both(members: dict[str, Any]) -> dict[str, Any]:
    return {"lightMode": members, "darkMode": members}


def band() -> dict[str, Any]:
    return {
        "backgroundImage": ENABLED,
        "logo": ENABLED | {"location": "START"},
        **both({"background": {"color": "fafafaff"}, "borderColor": "d5dbdbff"}),
    }


EVERYTHING: dict[str, Any] = {
    "categories": {
        "auth": {
            "authMethodOrder": [
                [
                    {"display": "BUTTON", "type": "FEDERATED"},
                    {"display": "INPUT", "type": "USERNAME_PASSWORD"},
                ]
            ],
            "federation": {"interfaceStyle": "BUTTON_LIST", "order": ["Acme", "Google"]},
        },
        "form": {
            "displayGraphics": True,
            "instructions": {"enabled": False},
            "languageSelector": {"enabled": False},
            "location": {"horizontal": "END", "vertical": "CENTER"},
            "sessionTimerDisplay": "NONE",
        },
        "global": {
            "colorSchemeMode": "DYNAMIC",
            "pageFooter": ENABLED,
            "pageHeader": ENABLED,
            "spacingDensity": "COMPACT",
        },
        "signUp": {"acceptanceElements": [{"enforcement": "NONE", "textKey": "en"}]},
    },
    "componentClasses": {
        "buttons": {"borderRadius": 8.0},
        "divider": both({"borderColor": "ebebf0ff"}),
        "dropDown": {
            "borderRadius": 8,
            **both(
                {
                    "defaults": {"itemBackgroundColor": "ffffffff"},
                    "hover": {
                        "itemBackgroundColor": "f4f4f4ff",
                        "itemBorderColor": "7d8998ff",
                        "itemTextColor": "000716ff",
                    },
                    "match": {"itemBackgroundColor": "414d5cff", "itemTextColor": "0972d3ff"},
                }
            ),
        },
        "focusState": both({"borderColor": "0972d3ff"}),
        "idpButtons": {"icons": ENABLED},
        "input": {
            "borderRadius": 8.0,
            **both(
                {
                    "defaults": {"backgroundColor": "ffffffff", "borderColor": "7d8998ff"},
                    "placeholderColor": "5f6b7aff",
                }
            ),
        },
        "inputDescription": both({"textColor": "5f6b7aff"}),
        "inputLabel": both({"textColor": "000716ff"}),
        "link": both({"defaults": {"textColor": "0972d3ff"}, "hover": {"textColor": "033160ff"}}),
        "optionControls": both(
            {
                "defaults": {"backgroundColor": "ffffffff", "borderColor": "7d8998ff"},
                "selected": {"backgroundColor": "0972d3ff", "foregroundColor": "ffffffff"},
            }
        ),
        "statusIndicator": both(
            {"error": STATUS, "success": STATUS, "warning": STATUS, "pending": {"indicatorColor": "AAAAAAAA"}}
        ),
    },
    "components": {
        "alert": {"borderRadius": 12.0, **both({"error": {"backgroundColor": "fff7f7ff"}})},
        "favicon": {"enabledTypes": ["ICO", "SVG"]},
        "form": {
            "backgroundImage": ENABLED,
            "borderRadius": 8.0,
            "logo": {"enabled": True, "formInclusion": "IN", "location": "CENTER", "position": "TOP"},
            **both({"backgroundColor": "ffffffff", "borderColor": "c6c6cdff"}),
        },
        "idpButton": {"custom": {"Acme": both(STATES)}, "standard": both(STATES)},
        "pageBackground": {"image": ENABLED, **both({"color": "ffffffff"})},
        "pageFooter": band(),
        "pageHeader": band(),
        "pageText": both(
            {"bodyColor": "414d5cff", "descriptionColor": "414d5cff", "headingColor": "000716ff"}
        ),
        "phoneNumberSelector": {"displayType": "TEXT"},
        "primaryButton": both(
            STATES | {"disabled": {"backgroundColor": "ffffffff", "borderColor": "ffffffff"}}
        ),
        "secondaryButton": both(STATES),
    },
}
