"""The rows of the Models menu."""

from app import model_window_commands as models
from app.action import Action

ROWS: tuple[Action, ...] = (
    Action("model_manager", "&Model Manager…", "Models", models.show,
           tip="All models with what they are for, their licences and figures, and whether their "
           "files are whole"),
    Action("compare_models", "&Compare on the Selection…", "Models", models.compare,
           tip="Two models, or a model and a method without one, on what is selected: seen, heard, "
           "blind if you like; nothing is done to the recording"),
    Action("train_model", "&Train a Model…", "Models", models.train, ("Ctrl+Shift+N",),
           "Train a model on your own music and the noise of your own discs, step by step"),
    Action("import_model", "&Import Model…", "Models", models.import_model,
           tip="Copy a file of weights to your models, after it was checked", group=1),
    Action("verify_models", "&Verify All", "Models", models.verify_all,
           tip="Read the files of all models and compare their SHA-256", group=1),
    Action("device_information", "&Device Information…", "Models", models.show_devices,
           tip="Where networks can run on this computer, and how much memory is free there",
           group=2),
)  # fmt: skip
