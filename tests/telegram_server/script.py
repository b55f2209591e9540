"""A lively script for the world: posts, albums, forwards, edits, deletions and reactions, the same for the same seed.

It counts in steps, never in seconds, so that what happens does not depend on how fast the machine is. Every word is invented.
"""

import random
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from tests.telegram_server.world import Media, ServedChannel, ServedPost, World

# Where, and whose dead, in the words of each language.
_SCENES = (
    {
        "en": "{n} Malian soldiers were killed near Tinzaouaten",
        "fr": "{n} soldats maliens ont été tués près de Tinzaouaten",
        "ru": "под Тинзауатеном погибли {n} малийских солдат",
        "uk": "під Тінзауатеном загинули {n} малійських солдатів",
        "ar": "مقتل {n} جنديا من الجيش المالي قرب تينزاواتين",
    },
    {
        "en": "{n} Wagner fighters were killed near Kidal",
        "fr": "{n} combattants de Wagner ont été tués près de Kidal",
        "ru": "под Кидалем погибли {n} бойцов ЧВК «Вагнер»",
        "uk": "під Кідалем загинули {n} бійців ПВК «Вагнер»",
        "ar": "مقتل {n} عنصرا من فاغنر قرب كيدال",
    },
    {
        "en": "{n} Russian soldiers were killed near Pokrovsk",
        "fr": "{n} soldats russes ont été tués près de Pokrovsk",
        "ru": "под Покровском погибли {n} российских солдат",
        "uk": "під Покровськом загинули {n} російських солдатів",
        "ar": "مقتل {n} جنديا روسيا قرب بوكروفسك",
    },
    {
        "en": "{n} Ukrainian soldiers were killed near Kupiansk",
        "fr": "{n} soldats ukrainiens ont été tués près de Koupiansk",
        "ru": "под Купянском погибли {n} украинских солдат",
        "uk": "під Куп'янськом загинули {n} українських солдатів",
        "ar": "مقتل {n} جنديا أوكرانيا قرب كوبيانسك",
    },
    {
        "en": "{n} civilians were killed in Kharkiv",
        "fr": "{n} civils ont été tués à Kharkiv",
        "ru": "в Харькове погибли {n} мирных жителей",
        "uk": "у Харкові загинули {n} цивільних",
        "ar": "مقتل {n} مدنيا في خاركيف",
    },
)  # fmt: skip
_OPENINGS = {
    "en": "Report {number}: ",
    "fr": "Dépêche {number} : ",
    "ru": "Сводка {number}: ",
    "uk": "Зведення {number}: ",
    "ar": "تقرير {number}: ",
}
_QUIET = {
    "en": "Note {number}. A quiet evening, the road is dry, the radio works.",
    "fr": "Note {number}. Soirée calme, la route est sèche, la radio fonctionne.",
    "ru": "Заметка {number}. Тихий вечер, дорога сухая, связь работает.",
    "uk": "Нотатка {number}. Тихий вечір, дорога суха, зв'язок працює.",
    "ar": "ملاحظة {number}. مساء هادئ والطريق جافة والإذاعة تعمل.",
}
LANGUAGES = tuple(_QUIET)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mixture:
    """How often what happens, as chances a step; what is left is a plain post.

    A post is edited or deleted only after it has stood as it is for ``held`` steps, and at most once each.
    """

    claim: float = 0.05
    album: float = 0.04
    forward: float = 0.04
    edit: float = 0.10
    delete: float = 0.03
    react: float = 0.05
    held: int = 600


class Script:
    """Lets things happen in channels, one post and perhaps one change a step."""

    def __init__(
        self, world: World, channels: Sequence[ServedChannel], *, seed: int, mixture: Mixture | None = None
    ) -> None:
        self.world = world
        self._channels = channels
        self._chance = random.Random(seed)  # noqa: S311 - chance, not secrecy
        self._mixture = mixture or Mixture()
        self._language = {one.id: LANGUAGES[number % len(LANGUAGES)] for number, one in enumerate(channels)}
        self._standing: deque[tuple[int, ServedChannel, ServedPost]] = deque()
        self._ripe: list[tuple[ServedChannel, ServedPost]] = []
        self._edited: set[int] = set()
        self._claiming: set[int] = set()
        self.steps = 0
        self.posts = 0
        self.newest: ServedPost | None = None

    def step(self) -> None:
        """Let one post appear, and perhaps one that stood long enough change."""
        self.steps += 1
        while self._standing and self._standing[0][0] <= self.steps:
            _, channel, post = self._standing.popleft()
            self._ripe.append((channel, post))
        self._appear()
        self._change()

    def bears_claim(self, post: ServedPost) -> bool:
        """Tell whether a post's text says how many were killed."""
        return id(post) in self._claiming

    def _appear(self) -> None:
        channel = self._chance.choice(self._channels)
        draw = self._chance.random()
        if draw < self._mixture.album:
            parts = [Media(content=self._chance.randbytes(200)) for _ in range(self._chance.randint(2, 4))]
            found = self.world.album(channel, self.text(channel, has_claim=False), parts=parts)
        elif draw < self._mixture.album + self._mixture.forward and self._ripe:
            origin, post = self._chance.choice(self._ripe)
            found = [self.world.forward(channel, origin, post)]
        else:
            has_claim = self._chance.random() < self._mixture.claim
            found = [self.world.post(channel, self.text(channel, has_claim=has_claim))]
            if has_claim:
                self._claiming.add(id(found[0]))
        self.posts += len(found)
        self.newest = found[0]
        for post in found:
            self._wait(channel, post)

    def _change(self) -> None:
        if not self._ripe:
            return
        draw = self._chance.random()
        if draw < self._mixture.delete:
            channel, post = self._take()
            self.world.delete(channel, post)
        elif draw < self._mixture.delete + self._mixture.edit:
            channel, post = self._take()
            # A forward's text is not its channel's to change, and an album's other parts have none.
            if post.text and post.forward is None and id(post) not in self._edited:
                self._edited.add(id(post))
                self.world.edit(channel, post, self.text(channel, has_claim=self.bears_claim(post)))
                self._wait(channel, post)
        elif draw < self._mixture.delete + self._mixture.edit + self._mixture.react:
            channel, post = self._chance.choice(self._ripe)
            self.world.react(channel, post, "👍", self._chance.randint(1, 500))

    def _take(self) -> tuple[ServedChannel, ServedPost]:
        return self._ripe.pop(self._chance.randrange(len(self._ripe)))

    def _wait(self, channel: ServedChannel, post: ServedPost) -> None:
        self._standing.append((self.steps + self._mixture.held, channel, post))

    def text(self, channel: ServedChannel, *, has_claim: bool) -> str:
        """Return a text in the channel's language that no other post has."""
        language = self._language[channel.id]
        number = self._chance.randrange(10**9)
        if not has_claim:
            return _QUIET[language].format(number=number)
        scene = self._chance.choice(_SCENES)[language].format(n=self._chance.randint(2, 90))
        return _OPENINGS[language].format(number=number) + scene + "."
