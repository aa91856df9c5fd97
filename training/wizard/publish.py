"""Publish: a model that was judged becomes one of the catalogue, with its papers: whole or not."""

import contextlib
import os
import re
import secrets
import shutil
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.catalog import Entry
from engine.catalog_file import entry_file, is_name
from engine.errors import ModelError, StorageError
from engine.jobs.models import CARD, MANIFEST
from engine.model_folder import NO_LICENCE, Told, described, import_model
from engine.progress import Progress, ignore, part
from engine.sync import sync_file, sync_folder
from training.wizard.contest import YOURS
from training.wizard.exam import GENERAL, OWN
from training.wizard.papers import card_text, list_material, manifest_text
from training.wizard.plan import JUDGE, RECIPE, RUN, Plan
from training.wizard.result import KEPT, Result, judged_problem, load_result, main_gains
from training.wizard.template import Template
from training.wizard.verdict import Verdict, give_verdict

CURVE = "curve.csv"
OWN_LICENCE = "LicenseRef-own"
"""What SPDX calls a licence that it does not know."""
_FREE = ("CC0", "PUBLIC DOMAIN", "PUBLIC-DOMAIN", "PDM", "UNLICENSE")
_SPDX = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+-]*(?: (?:AND|OR|WITH) [A-Za-z0-9.+-]+)*")
_BY = re.compile(r"CC[- ]BY([- ]\d\.\d)?", re.IGNORECASE)
_SHARE_ALIKE = re.compile(r"CC[- ]BY[- ]SA", re.IGNORECASE)
_STRICT = 2


@dataclass(frozen=True)
class Publication:
    """What a user says of a model at the end.

    Attributes:
        name: in the catalogue.
        title: what menus will call it.
        signed: who says that it is fit for use; empty: experimental.
        is_default: whether it is taken wherever its method is; not without a signature.
        version: of the weights.
    """

    name: str
    title: str = ""
    signed: str = ""
    is_default: bool = False
    version: str = "1"


@dataclass(frozen=True, eq=False)
class PublishJob:
    """Puts a judged model into the user's folder.

    Attributes:
        plan: of the training.
        template: the base.
        folder: of the training.
        said: of the model.
        user_models: the folder.
        cache: where decoded recordings are.
        taken: names of models that ship.
    """

    plan: Plan
    template: Template
    folder: Path
    said: Publication
    user_models: Path
    cache: Path
    taken: Collection[str] = ()
    title: str = "Publishing the model"

    def run(self, progress: Progress = ignore) -> Entry:
        """Write papers and weights.

        Raises:
            ModelError: the name is taken or none, the model was never judged, or is another since.
            StorageError: the folder cannot be written.
            Cancelled: progress said so; nothing is left behind.
        """
        result = self._checked()
        verdict = give_verdict(result)
        progress(0.0, "listing the material")
        material = list_material(self.folder, self.cache, part(progress, 0.0, 0.6))
        told = self._told(result, verdict)
        weights = self.folder / JUDGE / KEPT
        entry = described(weights, told)
        card = card_text(self.plan, entry, result, verdict, material)
        papers = {CARD: card, MANIFEST: manifest_text(material)}
        target = self.user_models / entry.name
        part_folder = self.user_models / f".{secrets.token_hex(6)}.part"
        try:
            _write(part_folder, papers, self.folder)
            shutil.rmtree(target, ignore_errors=True)  # of one that was never entered
            os.replace(part_folder, target)
            sync_folder(self.user_models)
            try:
                return import_model(
                    weights, self.user_models, told, part(progress, 0.6, 1.0), result.kept
                )
            except BaseException:
                shutil.rmtree(target, ignore_errors=True)
                raise
        except OSError as error:
            raise StorageError(
                f"{self.user_models} cannot be written: {error.strerror or error}; nothing was "
                "published: make room there and publish again"
            ) from error
        finally:
            shutil.rmtree(part_folder, ignore_errors=True)

    def _checked(self) -> Result:
        """What was judged, if it is what is there."""
        if problem := name_problem(self.said.name, self.user_models, self.taken):
            raise ModelError(problem)
        result = load_result(self.folder)
        if result is None:
            raise ModelError("the model has not been judged yet; judge it before it is published")
        if problem := judged_problem(result, self.folder):
            raise ModelError(problem)
        return result

    def _told(self, result: Result, verdict: Verdict) -> Told:
        from training.config import read_recipe

        model = read_recipe(self.folder / RECIPE, self.folder).model
        signed = self.said.signed.strip()
        return Told(
            name=self.said.name,
            title=self.said.title.strip(),
            tasks=self.template.entry.tasks,
            method=self.template.method,
            licence=licence_of(self.plan, self.template),
            version=self.said.version,
            description=str(model.get("description", "")),
            sources=tuple(str(each) for each in model.get("sources", ())),
            recipe=RECIPE,
            scores=_scores(result, verdict),
            optional=not (signed and self.said.is_default),
            signed=signed,
        )


def name_problem(name: str, user_models: Path, taken: Collection[str] = ()) -> str:
    """Why a model cannot be called so, as a sentence; empty if it can."""
    if not is_name(name):
        return (
            f"a model cannot be called '{name}': its name has small letters, digits, dots, hyphens "
            "and underscores, and begins with a letter or digit"
        )
    if name in taken:
        return f"a model that ships with Runout is called '{name}'; choose another name"
    if entry_file(user_models, name).exists():
        return (
            f"you have a model '{name}' already; choose another name, or remove that one in the "
            "model manager"
        )
    return ""


def licence_of(plan: Plan, template: Template) -> str:
    """Of the weights: what base and music ask for, both where neither holds the other."""
    said = plan.music.licence.strip()
    own = said if _SPDX.fullmatch(said) else ""
    if plan.goal.is_fresh:
        return own or (OWN_LICENCE if said else NO_LICENCE)
    bound = [each for each in (template.entry.licence, own) if each]
    strictest = max(_strictness(each) for each in bound)
    kept = list(dict.fromkeys(each for each in bound if _strictness(each) == strictest))
    if strictest < _STRICT or all(_SHARE_ALIKE.match(each) for each in kept):
        return kept[0]
    return " AND ".join(kept)


def _strictness(licence: str) -> int:
    """0: asks for nothing; 1: for names; 2: for more."""
    if licence.upper().startswith(_FREE):
        return 0
    return 1 if _BY.fullmatch(licence) else _STRICT


def _scores(result: Result, verdict: Verdict) -> dict[str, float]:
    """Measured figures, as the catalogue has them."""
    name = "lsd_gain" if result.task in ("extend", "inpaint") else "si_sdr_gain"
    scores = {}
    for kind, where in ((OWN, "own_discs"), (GENERAL, "other")):
        if gains := main_gains(result.rows, result.task, YOURS, kind):
            scores[f"{name}_{where}_db"] = round(float(np.mean(list(gains.values()))), 2)
    if verdict.own is not None:
        scores["better_than_base_own_discs_db"] = round(verdict.own.mean, 2)
    scores["better_than_base_other_db"] = round(verdict.general.mean, 2)
    if verdict.clean_db is not None:
        scores["clean_snr_db"] = round(verdict.clean_db, 1)
    return scores


def _write(folder: Path, papers: dict[str, str], training: Path) -> None:
    """Write papers into a new folder, with recipe and curve of the training."""
    folder.mkdir(parents=True)
    for name, text in papers.items():
        (folder / name).write_text(text, encoding="utf-8")
    shutil.copyfile(training / RECIPE, folder / RECIPE)
    with contextlib.suppress(FileNotFoundError):
        shutil.copyfile(training / RUN / CURVE, folder / CURVE)
    for each in folder.iterdir():
        sync_file(each)
