"""Models of a hub by their names: a name in, the folder of its files on this machine out."""

import re
from pathlib import Path

from index.errors import ModelError
from index.settings import keep_offline

_HUB_NAME = re.compile(r"[\w.-]+(/[\w.-]+)?")
_HUB_FILES = ["*.json", "*.txt", "*.model", "*.safetensors"]


def hub_folder(name: str, *, what: str, allow_downloads: bool) -> Path:
    """The folder of that model in the local hub cache; downloaded where that is allowed.

    Args:
        name: a hub name.
        what: what the model is, for messages.
        allow_downloads: a name that is not in the cache may be downloaded.

    Raises:
        ModelError: it is not on this machine, or could not be downloaded.
    """
    remedy = (
        "Give a folder that exists or a name on the Hugging Face hub."
        if allow_downloads
        else "Give the path of its folder, or set ALSQA_ALLOW_DOWNLOADS=1 to download it."
    )
    missing = f"The {what} {name!r} is not on this machine"
    if not _HUB_NAME.fullmatch(name):
        raise ModelError(f"{missing}: no such folder.", remedy)
    if not allow_downloads:
        keep_offline()
    from huggingface_hub import snapshot_download

    try:
        folder = snapshot_download(
            name, local_files_only=not allow_downloads, allow_patterns=_HUB_FILES
        )
    except (OSError, ValueError) as error:
        reason = f" ({error})" if allow_downloads else ""
        raise ModelError(f"{missing}{reason}.", remedy) from error
    return Path(folder)
