"""What an alert says: title, text, HTML and the JSON body, in Chinese or English."""
