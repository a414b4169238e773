"""The emoji that the picker offers, in WhatsApp's order, with the names by which people search them."""

from functools import lru_cache

import emoji
from django.utils.translation import gettext_noop

from crm.search import fold

CATEGORIES = [
    (
        "😀",
        gettext_noop("Smileys"),
        "😀😃😄😁😆😅🤣😂🙂🙃🫠😉😊😇🥰😍🤩😘😗☺️😚😙🥲😋😛😜🤪😝🤑🤗🤭🫢🫣🤫🤔🫡🤐🤨😐😑😶🫥😏😒🙄😬🤥😌😔😪🤤😴"
        "😷🤒🤕🤢🤮🤧🥵🥶🥴😵🤯🤠🥳🥸😎🤓🧐😕🫤😟🙁☹️😮😯😲😳🥺🥹😦😧😨😰😥😢😭😱😖😣😞😓😩😫🥱😤😡😠🤬😈👿💀💩🤡"
        "👻👽🤖😺😸😹😻😼😽🙀😿😾🙈🙉🙊",
    ),
    (
        "👍",
        gettext_noop("People"),
        "👋🤚🖐️✋🖖👌🤌🤏✌️🤞🫰🤟🤘🤙👈👉👆👇☝️👍👎✊👊🤛🤜👏🙌🫶👐🤲🤝🙏✍️💅🤳💪👂👃🧠👀👁️👅👄👶🧒👦👧🧑👱👨🧔👩🧓👴👵🙍"
        "🙎🙅🙆💁🙋🙇🤦🤷👮🕵️💂👷🤴👸👰🤵🤰👼🎅🤶🦸🧙🧚🧑‍⚕️🧑‍🎓🧑‍🏫🧑‍🍳🧑‍🔧🧑‍💼🧑‍🔬🧑‍💻🧑‍🎤🧑‍🎨🧑‍✈️🧑‍🚒💆💇🚶🏃💃🕺👯🧘👭"
        "👫👬💏💑👪👣",
    ),
    (
        "❤️",
        gettext_noop("Hearts and signs"),
        "❤️🧡💛💚💙🩵💜🤎🖤🩶🤍🩷💔❤️‍🔥❤️‍🩹❣️💕💞💓💗💖💘💝💟💌💯💢💥💫💦💨💬💭🗯️💤✅❌❎✔️❗❓❕❔‼️⁉️⚠️⛔🚫🔞♻️⭐🌟✨⚡🔥"
        "🎉🎊🔴🟠🟡🟢🔵🟣🟤⚫⚪🟥🟧🟨🟩🟦⬛⬜🔺🔻🔶🔷▶️⏸️⏹️⏩⏪🔼🔽➡️⬅️⬆️⬇️↗️↘️↩️↪️🔄➕➖➗✖️♾️💲™️©️®️🔝🔜🆗🆕🆓🆒🆘ℹ️"
        "0️⃣1️⃣2️⃣3️⃣4️⃣5️⃣6️⃣7️⃣8️⃣9️⃣🔟#️⃣",
    ),
    (
        "🐶",
        gettext_noop("Animals and nature"),
        "🐶🐱🐭🐹🐰🦊🐻🐼🐨🐯🦁🐮🐷🐸🐵🐔🐧🐦🐤🦆🦅🦉🦇🐺🐗🐴🦄🐝🐛🦋🐌🐞🐜🕷️🐢🐍🦎🐙🦑🦀🐠🐟🐬🐳🐋🦈🐊🐅🐆🦍🐘🦒🐄🐎🐖"
        "🐑🐐🦌🐕🐩🐈🐓🦜🦢🕊️🐇🦥🐾🌵🎄🌲🌳🌴🌱🌿☘️🍀🍂🍁🍄🌾💐🌷🌹🥀🌺🌸🌼🌻🌞🌝🌛🌜🌚🌕🌙🌎☀️🌤️⛅🌦️☁️🌧️⛈️❄️⛄🌬️💧☔🌊🌈",
    ),
    (
        "🍕",
        gettext_noop("Food and drink"),
        "🍏🍎🍐🍊🍋🍌🍉🍇🍓🫐🍈🍒🍑🥭🍍🥥🥝🍅🥑🥦🥬🥒🌶️🌽🥕🧄🧅🥔🍠🥐🍞🥖🥨🧀🥚🍳🧈🥞🧇🥓🥩🍗🍖🌭🍔🍟🍕🥪🌮🌯🥗🥘🍝🍜🍲"
        "🍛🍣🍱🥟🍤🍙🍚🍨🍦🥧🧁🍰🎂🍮🍭🍬🍫🍿🍩🍪🌰🍯🥛🍼☕🍵🧃🥤🧋🍶🍺🍻🥂🍷🥃🍸🍹🧉🍾🧊🥄🍴🍽️🧂",
    ),
    (
        "⚽",
        gettext_noop("Activities and travel"),
        "⚽🏀🏈⚾🎾🏐🏉🎱🏓🏸🥅⛳🏹🎣🥊🥋🛹⛸️🎿🏋️🤸⛹️🏇🧗🚴🏊🏄🏆🥇🥈🥉🏅🎖️🎫🎪🎭🎨🎬🎤🎧🎼🎹🥁🎷🎺🎸🎻🎲♟️🎯🎳🎮🧩🚗🚕"
        "🚙🚌🏎️🚓🚑🚒🚐🛻🚚🚛🚜🛵🏍️🚲🛴🚨🚆🚇✈️🛫🛬🚀🚁⛵🚤🛳️⚓⛽🚧🚦🗺️🗿🗽🏰🎡🎢⛱️🏖️🏝️⛰️🏕️🏠🏡🏢🏬🏭🏥🏦🏨🏪🏫⛪🌆🌃",
    ),
    (
        "💡",
        gettext_noop("Objects"),
        "⌚📱💻⌨️🖥️🖨️🖱️💾💿📷📸📹🎥📞☎️📺📻⏰⏳⌛🔋🔌💡🔦🕯️🧯💸💵💰💳💎⚖️🧰🔧🔨🔩⚙️🧲🔫💣🔪🛡️🚬🔮💈🔭🔬💊💉🩹🩺🌡️🧹🧺"
        "🧻🚽🚿🛁🧼🧽🪣🔑🗝️🚪🪑🛋️🛏️🧸🖼️🛍️🛒🎁🎈🎀🪄🏮✉️📩📨📧📥📤📦🏷️📪📮📜📃📄📑🧾📊📈📉🗒️📆📅🗑️📋📁📂📰📓📕📗📘📙"
        "📚📖🔖🔗📎📐📏📌📍✂️🖊️✒️🖌️🖍️📝✏️🔍🔎🔏🔐🔒🔓👕👖👗👟👠👜🎒👓🕶️💍👑🎩🎓",
    ),
    (
        "🏳️",
        gettext_noop("Flags"),
        "🇧🇷🏳️🏴🏁🚩🏳️‍🌈🇦🇷🇺🇾🇵🇾🇨🇱🇧🇴🇵🇪🇨🇴🇻🇪🇪🇨🇲🇽🇺🇸🇨🇦🇵🇹🇪🇸🇫🇷🇮🇹🇩🇪🇬🇧🇮🇪🇨🇭🇳🇱🇧🇪🇸🇪🇳🇴🇩🇰🇯🇵🇨🇳🇰🇷🇮🇳🇦🇺🇿🇦🇦🇴🇲🇿",
    ),
]
LANGUAGES = {"pt-br": "pt", "en": "en"}


@lru_cache(maxsize=4)
def offered(language: str) -> list[tuple[str, str, list[tuple[str, str, str]]]]:
    """Categories, each as its sign, its name and its emoji: (character, name, what it is found by)."""
    code = LANGUAGES.get(language, "en")
    emoji.config.load_language(code)
    return [
        (sign, name, [_named(each["emoji"], code) for each in emoji.emoji_list(row)]) for sign, name, row in CATEGORIES
    ]


def _named(character: str, code: str) -> tuple[str, str, str]:
    data = emoji.EMOJI_DATA[character]
    name = data.get(code, data["en"]).strip(":").replace("_", " ")
    # English words find it as well: people know "ok" and "like".
    also = " ".join([data["en"], *data.get("alias", [])]).replace(":", " ").replace("_", " ")
    return character, name, " ".join(dict.fromkeys(fold(f"{name} {also}").split()))
