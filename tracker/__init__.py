"""The roof: commands, stages, schedule, alert delivery, demo."""
